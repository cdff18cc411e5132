package dev.twisted.internet.netty;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Reactor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@EveryTransport
class ReactorBridgeTests {

	@RegisterExtension
	final RunningReactor reactor;

	ReactorBridgeTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@Test
	void whatAPublisherMakesElsewhereArrivesOnTheReactorsThread() throws Exception {
		Reactor reactor = this.reactor.get();
		BlockingQueue<List<Object>> arrived = new LinkedBlockingQueue<>();
		this.reactor.run(() -> reactor.deferred(Mono.just("hello").publishOn(Schedulers.boundedElastic()))
			.addCallback((item) -> arrived.add(List.of(item, reactor.inReactorThread()))));
		assertThat(arrived.poll(10, TimeUnit.SECONDS)).containsExactly("hello", true);
	}

	@Test
	void whatAPublisherMakesAtOnceIsThereAtOnceOnTheReactorsThread() {
		Reactor reactor = this.reactor.get();
		assertThat(this.reactor.<Boolean>call(() -> reactor.deferred(Mono.just("hello")).called())).isTrue();
	}

	@Test
	void anErrorArrivesOnTheReactorsThreadAsItIs() {
		Reactor reactor = this.reactor.get();
		IOException boom = new IOException("boom");
		List<Boolean> where = new CopyOnWriteArrayList<>();
		assertThatThrownBy(() -> reactor
			.blockingCallFromThread(() -> reactor.deferred(Mono.error(boom).publishOn(Schedulers.boundedElastic()))
				.doOnErrback((failure) -> where.add(reactor.inReactorThread()))))
			.isSameAs(boom);
		assertThat(where).containsExactly(true);
	}

	@Test
	void whatAFutureHasArrivesOnTheReactorsThread() throws Exception {
		Reactor reactor = this.reactor.get();
		BlockingQueue<List<Object>> arrived = new LinkedBlockingQueue<>();
		CompletableFuture<String> future = new CompletableFuture<>();
		reactor.deferred(future).addCallback((item) -> arrived.add(List.of(item, reactor.inReactorThread())));
		future.complete("hello");
		assertThat(arrived.poll(10, TimeUnit.SECONDS)).containsExactly("hello", true);
	}

	@Test
	void callbacksHaveTheLoggingContextOfWhoAskedAndTheThreadKeepsNoneOfIt() throws Exception {
		Reactor reactor = this.reactor.get();
		BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
		CompletableFuture<String> future = new CompletableFuture<>();
		this.reactor.run(() -> {
			MDC.put("user", "ann");
			reactor.deferred(future).addCallback((item) -> arrived.add(MDC.get("user")));
			MDC.put("user", "bob");
		});
		future.complete("hello");
		assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo("ann");
		this.reactor.run(() -> arrived.add(String.valueOf(MDC.get("user"))));
		assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo("null");
	}

	@Test
	void cancellingCancelsTheSubscription() {
		Sinks.Many<String> sink = Sinks.many().multicast().onBackpressureBuffer();
		Flux<String> items = sink.asFlux();
		Deferred<String> deferred = this.reactor.get().deferred(items);
		assertThat(sink.currentSubscriberCount()).isOne();
		deferred.cancel();
		assertThat(sink.currentSubscriberCount()).isZero();
		assertThatThrownBy(() -> this.reactor.result(deferred)).isInstanceOf(CancelledException.class);
	}

	@Test
	void waitingOnTheReactorsThreadForAFutureOfADeferredFailsAtOnce() {
		CompletableFuture<String> future = new Deferred<String>().toCompletableFuture();
		CompletableFuture<Integer> made = future.thenApply(String::length);
		List<Callable<?>> waits = List.of(future::get, future::join, () -> future.get(1, TimeUnit.HOURS), made::join);
		for (Callable<?> wait : waits) {
			assertThatThrownBy(() -> this.reactor.get().<Object>blockingCallFromThread(wait::call))
				.isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("would hold them up");
		}
	}

	@Test
	void aFutureThatIsCompleteCanBeReadOnTheReactorsThread() {
		CompletableFuture<String> future = Deferred.succeed("hello").toCompletableFuture();
		assertThat(this.reactor.<String>call(future::get)).isEqualTo("hello");
		assertThat(this.reactor.<String>call(future::join)).isEqualTo("hello");
	}

	@Test
	void aResultThatComesAfterTheReactorHasStoppedFiresWhereItComes() throws Exception {
		CompletableFuture<String> future = new CompletableFuture<>();
		BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
		Deferred<String> deferred = this.reactor.get().deferred(future);
		deferred.addCallback((item) -> arrived.add(item + " in " + Thread.currentThread().getName()));
		this.reactor.stop();
		future.complete("hello");
		assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo("hello in " + Thread.currentThread().getName());
	}

}
