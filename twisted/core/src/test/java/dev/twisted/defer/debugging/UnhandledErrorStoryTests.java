package dev.twisted.defer.debugging;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Deferred;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the log tells of a Deferred with an unhandled error.
 */
class UnhandledErrorStoryTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(Deferred.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void debug() {
		Deferred.setDebugging(true);
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void debugNoMore() {
		Deferred.setDebugging(false);
		this.logger.detachAppender(this.log);
		MDC.clear();
	}

	@Test
	void itWasCreatedSomewhereAndFiredSomewhere() {
		fire(create(), "where");
		assertThat(story("where")).containsSubsequence("Created:", ".create(", "First called:", ".fire(");
	}

	@Test
	void whatWasAddedIsToldBeforeTheStacksWhichAreShort() {
		Deferred<Integer> deferred = create();
		addFunctions(deferred);
		deferred.callback(1);
		deferred = null;
		List<String> told = story("steps").lines().skip(1).toList();
		assertThat(told).first().isEqualTo("Added to it:");
		assertThat(told).containsSubsequence("Created:", "First called:").hasSizeLessThanOrEqualTo(8 + 2 * 12);
		assertThat(told.get(told.indexOf("Created:") + 1)).contains(".create(");
	}

	private static Deferred<Integer> create() {
		return new Deferred<>();
	}

	private static void fire(Deferred<?> deferred, String message) {
		deferred.errback(new IOException(message));
	}

	@Test
	void eachFunctionWasAddedSomewhereAndCameToSomething() {
		Deferred<Integer> deferred = create();
		addFunctions(deferred);
		deferred.callback(1);
		deferred = null;
		assertThat(story("steps").lines().map(String::strip))
			.anySatisfy(step(1, "callback", "returned java.lang.String"))
			.anySatisfy(step(2, "errback", "passed by"))
			.anySatisfy(step(3, "effect on callback", "returned java.lang.String"))
			.anySatisfy(step(4, "effect on errback", "passed by"))
			.anySatisfy(step(5, "callback for both", "threw java.io.IOException"))
			.anySatisfy(step(6, "effect on both", "returned a failure: java.io.IOException"))
			.anySatisfy(step(7, "callback ", "passed by"));
	}

	private void addFunctions(Deferred<Integer> deferred) {
		deferred.addCallback(String::valueOf)
			.addErrback((failure) -> "instead")
			.doOnCallback(this::see)
			.doOnErrback(this::see)
			.<String>addBoth((text, failure) -> {
				throw new IOException("steps");
			})
			.doOnBoth(() -> {
			})
			.addCallback((text) -> text);
	}

	private void see(Object something) {
	}

	private static java.util.function.Consumer<String> step(int number, String kind, String outcome) {
		return (line) -> assertThat(line).startsWith(number + ". " + kind)
			.contains(", added at " + UnhandledErrorStoryTests.class.getName() + ".addFunctions(")
			.endsWith(": " + outcome);
	}

	@Test
	void itWaitedForADeferredThatWasCreatedSomewhere() {
		Deferred<Integer> inner = create();
		Deferred.succeed(1).compose((x) -> inner);
		fire(inner, "inner");
		assertThat(story("inner")).contains(
				": waited for a Deferred that was created at " + UnhandledErrorStoryTests.class.getName() + ".create(");
	}

	@Test
	void ofAChainWithoutEndOnlyTheLastFunctionsAreTold() {
		Deferred<Integer> deferred = create();
		for (int i = 0; i < 1_000; i++) {
			deferred.addCallback((x) -> x);
		}
		fire(deferred, "long");
		deferred = null;
		assertThat(story("long")).contains("... 968 before these", "  1000. callback")
			.doesNotContain("  968. callback");
	}

	@Test
	void functionsThatAreRememberedDoNotKeepTheirDeferred() {
		fireOneThatKnowsItself();
		assertThat(story("itself")).contains("1. callback");
	}

	private static void fireOneThatKnowsItself() {
		Deferred<Integer> deferred = create();
		deferred.addCallback((x) -> deferred.called() ? 1 : 2);
		fire(deferred, "itself");
	}

	@Test
	void debuggingChangesNothingOfWhatAChainDoes() {
		Deferred<Integer> inner = create();
		StringBuilder seen = new StringBuilder();
		Deferred<Integer> outer = Deferred.succeed(1)
			.compose((x) -> inner.addCallback((y) -> y + x))
			.addCallback((x) -> Integer.parseInt("x" + x))
			.recover((failure) -> Deferred.succeed(7))
			.doOnCallback(seen::append);
		inner.callback(2);
		assertThat(seen).hasToString("7");
		assertThat(outer.called()).isTrue();
	}

	@Test
	void withoutDebuggingTheLogTellsHowToLearnMore() {
		Deferred.setDebugging(false);
		fire(create(), "plain");
		assertThat(story("plain")).contains("Deferred.setDebugging(true)", "twisted.deferred.debug")
			.doesNotContain("Created:");
	}

	@Test
	void theLogHasTheContextOfWhoFailed() {
		MDC.put("twisted.connection", "42");
		fire(create(), "on behalf");
		MDC.clear();
		story("on behalf");
		assertThat(event("on behalf").getMDCPropertyMap()).isEqualTo(Map.of("twisted.connection", "42"));
		fire(create(), "on nobody's behalf");
		story("on nobody's behalf");
		assertThat(event("on nobody's behalf").getMDCPropertyMap()).isEmpty();
	}

	private String story(String message) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			return event(message) != null;
		});
		return event(message).getFormattedMessage();
	}

	private ILoggingEvent event(String message) {
		return List.copyOf(this.log.list)
			.stream()
			.filter((event) -> event.getThrowableProxy() != null
					&& message.equals(event.getThrowableProxy().getMessage()))
			.findFirst()
			.orElse(null);
	}

}
