package dev.twisted.spread.pb;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.endpoints.TCP4ClientEndpoint;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.interop.PythonPeer;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.cred.AllowAnonymousAccess;
import dev.twisted.spread.cred.Anonymous;
import dev.twisted.spread.cred.InMemoryUsernamePasswordDatabase;
import dev.twisted.spread.cred.Login;
import dev.twisted.spread.cred.Portal;
import dev.twisted.spread.cred.UsernamePassword;
import dev.twisted.spread.jelly.FrozenSet;
import dev.twisted.spread.jelly.InsecureJellyException;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.SecurityOptions;
import dev.twisted.spread.jelly.Tuple;
import dev.twisted.spread.jelly.Unpersistable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The real Twisted at the other end of a real connection, in both directions.
 */
class InteropTests {

	private final Reactor reactor = new ReactorBuilder().build();

	private PBClientFactory factory;

	@BeforeAll
	static void requireTwisted() {
		PythonPeer.requireTwisted();
	}

	@BeforeEach
	void start() {
		this.reactor.start();
		SecurityOptions security = new SecurityOptions().setUnjellyableForClass("shop.Point", InteropRoot.Point.class)
			.setUnjellyableForClass("shop.Cell", CachedCell::new);
		this.factory = new PBClientFactory(this.reactor, BrokerOptions.defaults().withSecurity(security));
	}

	@AfterEach
	void stop() {
		this.reactor.close();
	}

	// A server in Python

	@ParameterizedTest
	@ValueSource(strings = { "pb", "none" })
	void everyTypeComesBackFromPythonAsItWas(String dialect) {
		try (PythonPeer peer = PythonPeer.start("pb_server.py", dialect)) {
			RemoteReference root = connect(peer);
			for (Object value : Arrays.asList("", "text", "h\u00e9\u20ac\uD83D\uDE00", "list", 0, 1, 127, 128, -1, -300,
					Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE + 1L, Integer.MIN_VALUE - 1L,
					Long.MAX_VALUE, Long.MIN_VALUE, BigInteger.TWO.pow(64),
					BigInteger.TWO.pow(448).subtract(BigInteger.ONE), BigInteger.TWO.pow(64).negate(), 1.5, -0.0,
					Double.POSITIVE_INFINITY, Double.NaN, null, true, false, List.of(), Arrays.asList(1, "a", null),
					Tuple.of(), Tuple.of(1, 2), Map.of(), Map.of("k", 1), Map.of(Bytes.utf8("k"), List.of(1.5)),
					Map.of(Tuple.of(1, Bytes.utf8("a")), 2), Set.of(), Set.of(1), FrozenSet.copyOf(Set.of(1)),
					Set.of(FrozenSet.copyOf(Set.of(1, 2))), new BigDecimal("3.14"), new BigDecimal("-1E+3"),
					LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789_000), LocalDate.of(2024, 2, 29),
					LocalTime.of(1, 2, 3, 4_000), Duration.ofDays(1).plusNanos(2_000_003_000L), Duration.ofMillis(-1),
					Map.of("a", List.of(Tuple.of(1, Map.of("b", 2)))), "x".repeat(655_360))) {
				Object back = await(root.callRemote("echo", value));
				assertThat(back).isEqualTo(value);
				if (value != null && !(value instanceof Set || value instanceof Map || value instanceof List)) {
					assertThat(back).isExactlyInstanceOf(value.getClass());
				}
			}
			assertThat(this.<byte[]>await(root.callRemote("echo", (Object) new byte[] { 1, -1, 0 }))).containsExactly(1,
					-1, 0);
			assertThat(this.<Object>await(root.callRemote("echo", Tuple.of(1)))).isInstanceOf(Tuple.class);
			assertThat(this.<Object>await(root.callRemote("echo", FrozenSet.copyOf(Set.of(1)))))
				.isInstanceOf(FrozenSet.class);
			assertThat(this.<Object>await(root.callRemote("echo", new Unpersistable("x"))))
				.isInstanceOf(Unpersistable.class);
			assertThat(this.<String>await(root.callRemote("repr",
					Tuple.of(1, "a", new byte[] { 98 }, null, true, 1.5, List.of(), new BigDecimal("3.14"),
							Duration.ofDays(-1)))))
				.isEqualTo("(1, 'a', b'b', None, True, 1.5, [], Decimal('3.14'), datetime.timedelta(days=-1))");
		}
	}

	@Test
	void sharedAndCyclicStructuresComeBackSharedAndCyclic() {
		try (PythonPeer peer = PythonPeer.start("pb_server.py")) {
			RemoteReference root = connect(peer);
			List<Object> one = new ArrayList<>(List.of(1));
			List<List<Object>> twice = await(root.callRemote("echo", List.of(one, one)));
			assertThat(twice.get(0)).isSameAs(twice.get(1));
			List<Object> cyclic = new ArrayList<>();
			cyclic.add(cyclic);
			List<Object> back = await(root.callRemote("echo", cyclic));
			assertThat(back.get(0)).isSameAs(back);
		}
	}

	@Test
	void callsByNameReferencesCopiesCachesAndPagesWorkWithAServerInPython() throws Exception {
		try (PythonPeer peer = PythonPeer.start("pb_server.py")) {
			RemoteReference root = connect(peer);
			assertThat(this.<List<Object>>await(root.remoteMethod("kw").with("c", "z").call(1, 2)))
				.isEqualTo(List.of(1, 2, List.of(), Map.of("c", "z")));
			RemoteReference counter = await(root.callRemote("counter"));
			assertThat(this.<Integer>await(counter.callRemote("add", 5))).isEqualTo(5);
			assertThat(this.<RemoteReference>await(root.callRemote("echo", counter))).isEqualTo(counter);
			assertThat(this.<List<Object>>await(root.callRemote("callme", new Poked(), "x")))
				.isEqualTo(List.of("poked", "x"));
			Poked mine = new Poked();
			// Otherwise Python gives it back even before it has sent its answer.
			await(root.callRemote("keep", mine));
			assertThat(this.<Object>await(root.callRemote("echo", mine))).isSameAs(mine);
			assertThat(this.<Object>await(root.callRemote("point"))).isEqualTo(new InteropRoot.Point(1, "two"));
			assertThat(this.<Object>await(root.callRemote("echo", new InteropRoot.Point("a", null))))
				.isEqualTo(new InteropRoot.Point("a", null));
			CachedCell cell = await(root.callRemote("cell"));
			assertThat(cell.value).isEqualTo(1);
			await(root.callRemote("set_cell", 42));
			assertThat(cell.value).isEqualTo(42);
			assertThat(this.<Object>await(root.callRemote("echo", cell))).isSameAs(cell);
			List<Object> pages = await(CallbackPageCollector.getAllPages(root, "page", 100_000));
			assertThat(pages).hasSize(13);
			Adder adder = root.as(Adder.class);
			assertThat(adder.add(2, 3).get(10, TimeUnit.SECONDS)).isEqualTo(5L);
		}
	}

	@Test
	void errorsOfPythonAreKnownByTheirNames() {
		try (PythonPeer peer = PythonPeer.start("pb_server.py")) {
			RemoteReference root = connect(peer);
			Deferred<Object> call = root.callRemote("value_error");
			String matched = await(call.addCallback((value) -> "none")
				.addErrback((failure) -> failure.check("builtins.KeyError", "builtins.ValueError") + ": "
						+ failure.getErrorMessage()));
			assertThat(matched).isEqualTo("builtins.ValueError: bad value");
			assertThatThrownBy(() -> await(root.callRemote("key_error"))).isInstanceOfSatisfying(RemoteException.class,
					(error) -> assertThat(error.check("builtins.LookupError")).isEqualTo("builtins.LookupError"));
			assertThatThrownBy(() -> await(root.callRemote("polite"))).isInstanceOfSatisfying(RemoteException.class,
					(error) -> assertThat(error.remoteType()).isEqualTo("twisted.spread.pb.Error"));
			assertThatThrownBy(() -> await(root.callRemote("nosuch"))).isInstanceOfSatisfying(RemoteException.class,
					(error) -> assertThat(error.remoteType()).isEqualTo("twisted.spread.flavors.NoSuchMethod"));
			assertThatThrownBy(() -> await(root.callRemote("hidden"))).isInstanceOf(InsecureJellyException.class);
			assertThatThrownBy(() -> await(root.callRemote("echo", new StringBuilder())))
				.isInstanceOf(JellyException.class);
			assertThatThrownBy(() -> await(root.callRemote("echo", "x".repeat(655_361))))
				.isInstanceOf(BananaException.class);
			assertThatThrownBy(() -> await(root.callRemote("echo", BigInteger.TWO.pow(448))))
				.isInstanceOf(BananaException.class);
			assertThat(this.<Integer>await(root.callRemote("echo", 1))).isEqualTo(1);
		}
	}

	@Test
	void aReferenceThatNobodyUsesAnyMoreIsGivenBackToPython() throws Exception {
		try (PythonPeer peer = PythonPeer.start("pb_server.py")) {
			RemoteReference root = connect(peer);
			int before = await(root.callRemote("held"));
			for (int i = 0; i < 100; i++) {
				await(root.callRemote("counter"));
			}
			Awaitility.await().untilAsserted(() -> {
				System.gc();
				assertThat(this.<Integer>await(root.callRemote("held"))).isEqualTo(before);
			});
		}
	}

	@Test
	void aCacheThatNobodyUsesAnyMoreIsGivenBackToPython() {
		try (PythonPeer peer = PythonPeer.start("pb_server.py")) {
			RemoteReference root = connect(peer);
			await(root.<Object>callRemote("cell").addCallback((cell) -> "dropped"));
			Awaitility.await().until(() -> {
				System.gc();
				return this.<Integer>await(root.callRemote("echo", 1)) == 1
						&& peer.sayings().contains("stopped observing");
			});
		}
	}

	@Test
	void callsInFlightFailWhenPythonDropsTheConnection() {
		try (PythonPeer peer = PythonPeer.start("pb_server.py")) {
			RemoteReference root = connect(peer);
			CompletableFuture<Object> lost = new CompletableFuture<>();
			root.notifyOnDisconnect(lost::complete);
			CompletableFuture<Object> never = root.callRemote("never").toCompletableFuture();
			assertThatThrownBy(() -> await(root.callRemote("drop"))).isInstanceOf(PBConnectionLost.class);
			assertThatThrownBy(() -> never.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(PBConnectionLost.class);
			assertThat(lost.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(root);
			assertThatThrownBy(() -> await(root.callRemote("echo", 1))).isInstanceOf(DeadReferenceException.class);
		}
	}

	@Test
	void thousandsOfCallsMayBeOnTheirWayToPython() {
		try (PythonPeer peer = PythonPeer.start("pb_server.py")) {
			RemoteReference root = connect(peer);
			List<Integer> numbers = IntStream.range(0, 5_000).boxed().toList();
			List<Integer> answers = await(Deferreds
				.gatherResults(numbers.stream().map((number) -> root.<Integer>callRemote("echo", number)).toList()));
			assertThat(answers).isEqualTo(numbers);
		}
	}

	@Test
	void logsInToAPortalInPython() {
		try (PythonPeer peer = PythonPeer.start("pb_server.py", "login")) {
			connect(peer);
			RemoteReference avatar = await(this.factory.login(new UsernamePassword("user1", "pass1"), new Poked()));
			assertThat(this.<String>await(avatar.callRemote("whoami"))).isEqualTo("user1");
			assertThat(this.<List<Object>>await(avatar.callRemote("call_mind", 1))).isEqualTo(List.of("poked", 1));
			RemoteReference seen = await(avatar.callRemote("seen"));
			assertThat(this.<String>await(seen.callRemote("who"))).isEqualTo("user1");
			assertThatThrownBy(() -> await(this.factory.login(new UsernamePassword("user1", "wrong"), null)))
				.isInstanceOfSatisfying(RemoteException.class,
						(error) -> assertThat(error.remoteType()).isEqualTo("twisted.cred.error.UnauthorizedLogin"));
			RemoteReference anonymous = await(this.factory.login(new Anonymous(), null));
			assertThat(this.<String>await(anonymous.callRemote("whoami"))).isEqualTo("anonymous");
			avatar.release();
			assertThat(peer.line()).isEqualTo("logout user1");
		}
	}

	// A client in Python

	@ParameterizedTest
	@ValueSource(strings = { "everything", "none", "callbacks" })
	void servesAClientInPython(String what) {
		serves(new PBServerFactory(this.reactor, new InteropRoot(),
				BrokerOptions.defaults().withSecurity(InteropRoot.security())), what,
				what.equals("none") ? "none" : "pb");
	}

	@Test
	void servesAClientInPythonThatLogsIn() {
		List<String> logouts = new java.util.concurrent.CopyOnWriteArrayList<>();
		Portal<User> portal = new Portal<>((avatarId, mind) -> {
			String name = (avatarId != null) ? avatarId : "anonymous";
			return Deferred.succeed(new Login<>(new User(name, mind), () -> logouts.add(name)));
		}, List.of(new InMemoryUsernamePasswordDatabase(Map.of("user1", "pass1")), new AllowAnonymousAccess()));
		serves(new PBServerFactory(this.reactor, portal, BrokerOptions.defaults()), "login", "pb");
		Awaitility.await().untilAsserted(() -> assertThat(logouts).containsExactlyInAnyOrder("user1", "anonymous"));
	}

	private void serves(PBServerFactory server, String what, String dialect) {
		ListeningPort port = callInReactor(
				() -> this.reactor.listenTCP(new InetSocketAddress("127.0.0.1", 0), server, ListenOptions.DEFAULTS));
		try (PythonPeer peer = PythonPeer.start("pb_client.py", port.getHost().port(), what)) {
			assertThat(peer.lines()).containsExactly("DIALECT " + dialect, "DONE");
		}
	}

	private RemoteReference connect(PythonPeer peer) {
		int port = peer.port();
		return await(callInReactor(() -> new Deferred<?>[] {
				this.factory.connect(new TCP4ClientEndpoint(this.reactor, "127.0.0.1", port)) })[0]);
	}

	private <T> T callInReactor(java.util.concurrent.Callable<T> call) {
		try {
			Object[] result = this.reactor.blockingCallFromThread(() -> new Object[] { call.call() });
			@SuppressWarnings("unchecked")
			T value = (T) result[0];
			return value;
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	@SuppressWarnings("unchecked")
	private <T> T await(Deferred<?> deferred) {
		try {
			return (T) deferred.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			throw sneaky(ex.getCause());
		}
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> RuntimeException sneaky(Throwable ex) throws X {
		throw (X) ex;
	}

	interface Adder {

		CompletableFuture<Long> add(int x, int y);

	}

	static final class Poked implements Referenceable {

		List<Object> remote_poke(Object value) {
			return List.of("poked", value);
		}

	}

	static final class CachedCell extends RemoteCache {

		volatile Object value;

		@Override
		public void setCopyableState(Map<String, Object> state) {
			this.value = state.get("value");
		}

		void observe_set(Object changed) {
			this.value = changed;
		}

	}

	static final class Seen implements Viewable {

		String view_who(User user) {
			return user.name;
		}

	}

	static final class User implements Avatar {

		private final String name;

		private final Object mind;

		User(String name, Object mind) {
			this.name = name;
			this.mind = mind;
		}

		String perspective_whoami() {
			return this.name;
		}

		Deferred<Object> perspective_call_mind(Object value) {
			return ((RemoteReference) this.mind).callRemote("poke", value);
		}

		Seen perspective_seen() {
			return new Seen();
		}

	}

}
