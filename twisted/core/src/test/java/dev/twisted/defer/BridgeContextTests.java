package dev.twisted.defer;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import static org.assertj.core.api.Assertions.assertThat;

class BridgeContextTests {

	private static final String KEY = "dev.twisted.user";

	private static final ThreadLocal<String> USER = new ThreadLocal<>();

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@BeforeEach
	void register() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
	}

	@AfterEach
	void remove() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
		USER.remove();
	}

	@Test
	void aPublisherIsSubscribedToWithTheThreadLocalsOfWhoAsks() {
		USER.set("ann");
		Mono<String> asking = Mono.deferContextual((context) -> Mono.just(context.<String>get(KEY)));
		assertThat(Results.of(Deferred.from(asking)).value()).isEqualTo("ann");
	}

	@Test
	void callbacksBehindAPublisherHaveTheThreadLocalsOfWhoAskedForIt() throws Exception {
		Sinks.One<String> sink = Sinks.one();
		USER.set("ann");
		Deferred<String> user = Deferred.from(sink.asMono()).addCallback((item) -> USER.get());
		USER.set("bob");
		sink.tryEmitValue("hello");
		assertThat(Results.of(user).value()).isEqualTo("ann");
		assertThat(USER.get()).isEqualTo("bob");
	}

	@Test
	void callbacksBehindAPublisherDoNotHaveTheThreadLocalsOfWhoFires() {
		Sinks.One<String> sink = Sinks.one();
		Deferred<String> user = Deferred.from(sink.asMono()).addCallback((item) -> String.valueOf(USER.get()));
		USER.set("bob");
		sink.tryEmitValue("hello");
		assertThat(Results.of(user).value()).isEqualTo("null");
		assertThat(USER.get()).isEqualTo("bob");
	}

	@Test
	void callbacksBehindAFutureHaveTheThreadLocalsOfWhoAskedForIt() {
		CompletableFuture<String> future = new CompletableFuture<>();
		USER.set("ann");
		Deferred<String> user = Deferred.from(future).addCallback((item) -> USER.get());
		USER.set("bob");
		future.complete("hello");
		assertThat(Results.of(user).value()).isEqualTo("ann");
		assertThat(USER.get()).isEqualTo("bob");
	}

	@Test
	void subscribersOfADeferredHaveTheThreadLocalsThatTheySubscribedWith() {
		Deferred<String> deferred = new Deferred<>();
		List<String> users = new ArrayList<>();
		Mono<String> mono = deferred.toMono();
		USER.set("ann");
		mono.subscribe((item) -> users.add(USER.get()));
		USER.set("eve");
		mono.subscribe((item) -> users.add(USER.get()));
		USER.set("bob");
		deferred.callback("hello");
		assertThat(users).containsExactly("ann", "eve");
		assertThat(USER.get()).isEqualTo("bob");
	}

	@Test
	void theContextOfASubscriberGoesBeforeTheThreadLocalsOfItsThread() {
		Deferred<String> deferred = new Deferred<>();
		USER.set("ann");
		List<String> users = new ArrayList<>();
		deferred.toMono().doOnNext((item) -> users.add(USER.get())).contextWrite(Context.of(KEY, "eve")).subscribe();
		deferred.callback("hello");
		assertThat(users).containsExactly("eve");
	}

	@Test
	void aPublisherThatASubscriberOfADeferredBringsInHasItsContext() {
		Deferred<String> deferred = new Deferred<>();
		List<Object> seen = new ArrayList<>();
		deferred.toMono()
			.flatMap((item) -> Deferred.from(contextValue("request")).toMono())
			.contextWrite(Context.of("request", 7))
			.subscribe(seen::add);
		deferred.callback("hello");
		assertThat(seen).containsExactly(7);
	}

	@Test
	void aColdMonoGivesItsFunctionTheContextOfTheSubscriber() {
		Mono<Object> mono = Deferreds.mono(() -> Deferred.from(contextValue("request")));
		assertThat(mono.contextWrite(Context.of("request", 7)).block(PATIENCE)).isEqualTo(7);
		assertThat(mono.contextWrite(Context.of("request", 8)).block(PATIENCE)).isEqualTo(8);
	}

	@Test
	void callbacksOfAColdMonoHaveTheContextOfTheSubscriberInWhateverThreadTheyRun() {
		Sinks.One<String> sink = Sinks.one();
		List<Object> seen = new ArrayList<>();
		Deferreds.mono(() -> Deferred.from(sink.asMono()).compose((item) -> Deferred.from(contextValue("request"))))
			.contextWrite(Context.of("request", 7))
			.subscribe(seen::add);
		assertThat(seen).isEmpty();
		sink.tryEmitValue("hello");
		assertThat(seen).containsExactly(7);
	}

	@Test
	void theContextOfOneSubscriberIsNotThereForAnother() {
		Sinks.One<String> sink = Sinks.one();
		List<Object> seen = new ArrayList<>();
		Deferred<Boolean> outside = Deferred.from(sink.asMono()).compose((item) -> Deferred.from(hasKey("request")));
		Deferreds.mono(() -> {
			// Fires the other one from inside this one's context.
			sink.tryEmitValue("hello");
			return Deferred.from(hasKey("request"));
		}).contextWrite(Context.of("request", 7)).subscribe(seen::add);
		assertThat(Results.of(outside).value()).isEqualTo(false);
		assertThat(seen).containsExactly(true);
		assertThat(Results.of(Deferred.from(hasKey("request"))).value()).isEqualTo(false);
	}

	@Test
	void anExceptionOfASubscriberLeavesTheThreadClean() {
		Deferred<String> deferred = Deferred.succeed("hello");
		USER.set("bob");
		deferred.toMono().doOnNext((item) -> {
			throw new IllegalStateException("boom");
		}).onErrorComplete().contextWrite(Context.of(KEY, "eve", "request", 7)).block(PATIENCE);
		assertThat(USER.get()).isEqualTo("bob");
		assertThat(Results.of(Deferred.from(hasKey("request"))).value()).isEqualTo(false);
	}

	@Test
	void withAutomaticPropagationReactorsOwnOperatorsSeeTheSubscribersThreadLocalsToo() {
		Hooks.enableAutomaticContextPropagation();
		try {
			Deferred<String> deferred = new Deferred<>();
			List<String> users = new ArrayList<>();
			deferred.toMono()
				.map((item) -> USER.get())
				.flatMap((user) -> Deferred.from(Mono.fromSupplier(() -> user + " " + USER.get())).toMono())
				.contextWrite(Context.of(KEY, "eve"))
				.subscribe(users::add);
			USER.set("bob");
			deferred.callback("hello");
			assertThat(users).containsExactly("eve eve");
			assertThat(USER.get()).isEqualTo("bob");
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
	}

	@Test
	void aThreadLocalThatCannotBeSetDoesNotKeepTheDeferredFromFiring() {
		String key = "dev.twisted.broken";
		ContextRegistry.getInstance().registerThreadLocalAccessor(key, () -> "value", (value) -> {
			throw new IllegalStateException("cannot be set");
		}, () -> {
		});
		try {
			CompletableFuture<String> future = new CompletableFuture<>();
			Results results = Results.of(Deferred.from(future));
			future.complete("hello");
			assertThat(results.value()).isEqualTo("hello");
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor(key);
		}
	}

	@Test
	void withoutMicrometerTheBridgesWorkAndCarryTheContextOfReactor() throws Exception {
		try (URLClassLoader classes = new URLClassLoader(classPathWithout("context-propagation"),
				ClassLoader.getPlatformClassLoader())) {
			Class<?> alone = Class.forName(WithoutMicrometer.class.getName(), true, classes);
			Object seen = ((Callable<?>) alone.getDeclaredConstructor().newInstance()).call();
			assertThat(seen).isEqualTo(List.of("hello", "world", 7, "io.micrometer.context.ContextSnapshotFactory"));
		}
	}

	private static URL[] classPathWithout(String name) {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains(name))
			.map((entry) -> {
				try {
					return new File(entry).toURI().toURL();
				}
				catch (MalformedURLException ex) {
					throw new IllegalArgumentException(ex);
				}
			})
			.toArray(URL[]::new);
	}

	private static Mono<Object> contextValue(String key) {
		return Mono.deferContextual((context) -> Mono.just(context.<Object>get(key)));
	}

	private static Mono<Boolean> hasKey(String key) {
		return Mono.deferContextual((ContextView context) -> Mono.just(context.hasKey(key)));
	}

	/**
	 * Runs in a class loader that does not know Micrometer.
	 */
	public static class WithoutMicrometer implements Callable<List<Object>> {

		@Override
		public List<Object> call() {
			List<Object> seen = new ArrayList<>();
			Deferred.from(Mono.just("hello")).addCallback(seen::add);
			Deferred.succeed("world").toMono().subscribe(seen::add);
			Deferreds.mono(() -> Deferred.from(contextValue("request")))
				.contextWrite(Context.of("request", 7))
				.subscribe(seen::add);
			try {
				Class.forName("io.micrometer.context.ContextSnapshotFactory");
			}
			catch (ClassNotFoundException ex) {
				seen.add(ex.getMessage());
			}
			return seen;
		}

	}

}
