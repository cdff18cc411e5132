package dev.twisted.defer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for failures that nobody deals with. The garbage collector is asked for its work
 * until a failure that certainly is unhandled has been found, so that its silence about
 * another one means something.
 */
class UnhandledErrorTests {

	private final Queue<String> unhandled = new ConcurrentLinkedQueue<>();

	// One object, so that it can be removed.
	@SuppressWarnings("UnnecessaryLambda")
	private final Consumer<Failure> listener = (failure) -> this.unhandled.add(failure.getErrorMessage());

	private final Logger logger = (Logger) LoggerFactory.getLogger(Deferred.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void listen() {
		Deferreds.addUnhandledErrorListener(this.listener);
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stopListening() {
		Deferreds.removeUnhandledErrorListener(this.listener);
		this.logger.detachAppender(this.log);
	}

	@Test
	void aFailureThatNobodyDealsWithIsLoggedOnceWithItsExceptionAndCounted() {
		long before = Deferreds.unhandledErrors();
		failAndForget("lost");
		awaitUnhandled("lost");
		assertThat(Deferreds.unhandledErrors()).isGreaterThan(before);
		assertThat(eventsOf("lost")).hasSize(1).allSatisfy((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.ERROR);
			assertThat(event.getMessage()).contains("Unhandled error in Deferred");
			assertThat(event.getThrowableProxy().getClassName()).isEqualTo(IOException.class.getName());
		});
	}

	@Test
	void oneWhoHasOnlyCallbacksIsUnhandled() {
		Deferred.fail(new IOException("only callbacks")).addCallback((x) -> x);
		awaitUnhandled("only callbacks");
		assertThat(eventsOf("only callbacks")).hasSize(1);
	}

	@Test
	void oneThatIsPausedForEverIsUnhandled() {
		Deferred<Integer> deferred = new Deferred<>();
		deferred.pause();
		deferred.addErrback((failure) -> 1);
		deferred.errback(new IOException("paused"));
		deferred = null;
		awaitUnhandled("paused");
	}

	@Test
	void nothingIsLoggedWhileSomebodyHoldsIt() {
		Deferred<Object> held = Deferred.fail(new IOException("held"));
		failAndForget("mark 1");
		awaitUnhandled("mark 1");
		assertThat(this.unhandled).doesNotContain("held");
		assertThat(Results.of(held).exception()).hasMessage("held");
	}

	@Test
	void dealingWithItLaterIsInTime() {
		Deferred<Object> deferred = Deferred.fail(new IOException("dealt with"));
		deferred.addErrback((failure) -> 1);
		deferred = null;
		failAndForget("mark 2");
		awaitUnhandled("mark 2");
		assertThat(this.unhandled).doesNotContain("dealt with");
	}

	@Test
	void aFailureThatWentOnToAnotherDeferredIsThatOnesAlone() {
		Deferred<Object> taken = Deferred.fail(new IOException("taken"));
		Deferred<Object> outer = Deferred.succeed(1).compose((x) -> taken);
		Deferred<Object> chained = new Deferred<>();
		outer.chainDeferred(chained);
		chained.addErrback((failure) -> 1);
		failAndForget("mark 3");
		awaitUnhandled("mark 3");
		assertThat(this.unhandled).doesNotContain("taken");
	}

	@Test
	void aFailureOnItsWayUpAChainIsReportedByTheOuterOneOnly() {
		Deferred<Object> inner = new Deferred<>();
		Deferred.succeed(1).compose((x) -> inner);
		inner.errback(new IOException("went up"));
		awaitUnhandled("went up");
		assertThat(eventsOf("went up")).hasSize(1);
		assertThat(inner.called()).isTrue();
	}

	@Test
	void membersOfAListKeepTheirErrorsUnlessTheyAreConsumed() {
		Deferred<Object> kept = Deferred.fail(new IOException("kept"));
		new DeferredList<>(List.of(kept));
		kept = null;
		Deferred<Object> consumed = Deferred.fail(new IOException("consumed"));
		new DeferredList<>(List.of(consumed), DeferredList.Option.CONSUME_ERRORS);
		consumed = null;
		awaitUnhandled("kept");
		failAndForget("mark 4");
		awaitUnhandled("mark 4");
		assertThat(this.unhandled).doesNotContain("consumed");
	}

	@Test
	void aListenerThatThrowsKeepsNobodyElseFromHearing() {
		Consumer<Failure> broken = (failure) -> {
			throw new IllegalStateException("broken listener");
		};
		Deferreds.removeUnhandledErrorListener(this.listener);
		Deferreds.addUnhandledErrorListener(broken);
		Deferreds.addUnhandledErrorListener(this.listener);
		try {
			failAndForget("heard");
			awaitUnhandled("heard");
		}
		finally {
			Deferreds.removeUnhandledErrorListener(broken);
		}
	}

	@Test
	void aListenerThatEndsWithAnErrorKeepsNobodyElseFromHearing() {
		Consumer<Failure> broken = (failure) -> {
			throw new AssertionError("broken listener");
		};
		Deferreds.removeUnhandledErrorListener(this.listener);
		Deferreds.addUnhandledErrorListener(broken);
		Deferreds.addUnhandledErrorListener(this.listener);
		try {
			failAndForget("heard");
			awaitUnhandled("heard");
		}
		finally {
			Deferreds.removeUnhandledErrorListener(broken);
		}
	}

	private void failAndForget(String message) {
		new Deferred<Object>().errback(new IOException(message));
	}

	private void awaitUnhandled(String message) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			return this.unhandled.contains(message);
		});
	}

	private List<ILoggingEvent> eventsOf(String message) {
		return List.copyOf(this.log.list)
			.stream()
			.filter((event) -> event.getThrowableProxy() != null
					&& message.equals(event.getThrowableProxy().getMessage()))
			.toList();
	}

}
