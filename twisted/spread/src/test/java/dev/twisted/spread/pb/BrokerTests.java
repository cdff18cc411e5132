package dev.twisted.spread.pb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.jelly.InsecureJellyException;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.SecurityOptions;
import dev.twisted.task.Clock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Both ends are ours.
 */
class BrokerTests {

	private final Server root = new Server();

	private final Pair pair = new Pair(this.root);

	// Every call fires

	@Test
	void aCallThatIsNotAnsweredFailsAfterAMinute() {
		Deferred<Object> first = this.pair.call("never");
		this.pair.clock.advance(Duration.ofSeconds(30));
		Deferred<Object> second = this.pair.call("never");
		this.pair.clock.advance(Duration.ofSeconds(29));
		assertThat(first.called()).isFalse();
		this.pair.clock.advance(Duration.ofSeconds(1));
		assertThat(Pair.failure(first).value()).isInstanceOf(TimeoutException.class).hasMessageContaining("never");
		assertThat(second.called()).isFalse();
		this.pair.clock.advance(Duration.ofSeconds(30));
		assertThat(Pair.failure(second).value()).isInstanceOf(TimeoutException.class);
	}

	@Test
	void anAnswerThatComesTooLateIsNoOffence() {
		Deferred<Object> late = this.pair.call("never");
		this.pair.clock.advance(Duration.ofMinutes(1));
		Pair.failure(late);
		this.root.pending.get(0).callback("late");
		this.pair.wire.pump();
		assertThat(Pair.<Integer>result(this.pair.call("echo", 1))).isEqualTo(1);
	}

	@Test
	void aCancelledCallFailsAndItsAnswerIsNoOffence() {
		Deferred<Object> cancelled = this.pair.call("never");
		cancelled.cancel();
		assertThat(Pair.failure(cancelled).check(CancelledException.class)).isNotNull();
		this.root.pending.get(0).callback(new TranscriptRoot.Counter());
		this.pair.wire.pump();
		assertThat(Pair.<Integer>result(this.pair.call("echo", 1))).isEqualTo(1);
		assertThat(this.pair.server.toString()).as("a reference that nobody wants is given back")
			.contains("0 references");
	}

	@Test
	void callsInFlightFailWhenTheConnectionIsLostAndThoseAfterThatAtOnce() {
		Deferred<Object> waiting = this.pair.call("never");
		List<RemoteReference> told = new ArrayList<>();
		this.pair.root.notifyOnDisconnect(told::add);
		this.pair.client.transport().failConnection(new Failure(new ConnectionLost(null)));
		this.pair.wire.pump();
		assertThat(Pair.failure(waiting).value()).isInstanceOf(PBConnectionLost.class)
			.hasCauseInstanceOf(ConnectionLost.class);
		assertThat(told).containsExactly(this.pair.root);
		assertThat(Pair.failure(pumped(this.pair.root.callRemote("echo", 1))).value())
			.isInstanceOf(DeadReferenceException.class);
		this.pair.root.notifyOnDisconnect(told::add);
		this.pair.wire.pump();
		assertThat(told).hasSize(2);
	}

	@Test
	void whoDoesNotWantToBeToldOfTheEndIsNot() {
		List<RemoteReference> told = new ArrayList<>();
		java.util.function.Consumer<RemoteReference> callback = told::add;
		this.pair.root.notifyOnDisconnect(callback);
		this.pair.root.dontNotifyOnDisconnect(callback);
		this.pair.wire.lose(ConnectionDone.FAILURE);
		assertThat(told).isEmpty();
	}

	@Test
	void anArgumentThatCannotBeSentFailsThatCallAndCountsForNothing() {
		for (Object value : List.of(new Object(), List.of(new TranscriptRoot.Counter(), new Object()))) {
			assertThat(Pair.failure(this.pair.call("echo", value)).value()).isInstanceOf(JellyException.class);
		}
		assertThat(Pair.failure(this.pair.call("echo", "x".repeat(655_361))).value())
			.isInstanceOf(BananaException.class);
		assertThat(this.pair.client.toString()).contains("0 references");
		assertThat(Pair.<Integer>result(this.pair.call("echo", 1))).isEqualTo(1);
	}

	@Test
	void aCallFromAnotherThreadAfterTheEndFailsThoughNoLoopRunsAnyMore() {
		this.pair.wire.lose(ConnectionDone.FAILURE);
		this.pair.client.transport().failConnection(ConnectionDone.FAILURE);
		this.pair.wire.pump();
		Deferred<Object> late = CompletableFuture.supplyAsync(() -> this.pair.root.callRemote("echo", 1)).join();
		assertThat(Pair.failure(late).value()).isInstanceOf(DeadReferenceException.class);
	}

	@Test
	void anAnswerThatNobodyCanReadFailsTheCallWhateverIsThrown() {
		SecurityOptions security = new SecurityOptions().setUnjellyableFactoryForClass("__main__.Pt", (state) -> {
			throw new StackOverflowError("deep");
		});
		Pair deep = new Pair(this.root, BrokerOptions.defaults(), BrokerOptions.defaults().withSecurity(security));
		assertThat(Pair.failure(deep.call("unknown")).value()).isInstanceOf(StackOverflowError.class);
		assertThat(Pair.<Integer>result(deep.call("echo", 1))).isEqualTo(1);
	}

	@Test
	void anAnswerThatCannotBeSentIsAnError() {
		Failure failure = Pair.failure(this.pair.call("unsendable"));
		assertThat(failure.check("builtins.ValueError")).isNotNull();
		assertThat(failure.getErrorMessage()).contains("java.lang.Object");
		assertThat(Pair.failure(this.pair.call("long_answer")).check("twisted.spread.banana.BananaError")).isNotNull();
		assertThat(this.pair.server.toString()).contains("0 references");
	}

	@Test
	void anAnswerOfAnUnknownTypeFailsThatCallOnly() {
		assertThat(Pair.failure(this.pair.call("unknown")).value()).isInstanceOf(InsecureJellyException.class);
		assertThat(Pair.<Integer>result(this.pair.call("echo", 1))).isEqualTo(1);
	}

	@Test
	void theRootFailsWhenConnectingFailsOrTakesTooLong() {
		PBClientFactory factory = new PBClientFactory(new Clock());
		Deferred<RemoteReference> waiting = factory.getRootObject();
		factory.clientConnectionFailed(null, new Failure(new ConnectionLost(null)));
		assertThat(Pair.failure(waiting).value()).isInstanceOf(ConnectionLost.class);

		Deferred<RemoteReference> byEndpoint = factory.connect((any) -> Deferred.fail(new ConnectionLost(null)));
		assertThat(Pair.failure(byEndpoint).value()).isInstanceOf(ConnectionLost.class);

		Clock clock = new Clock();
		Deferred<RemoteReference> slow = new PBClientFactory(clock).getRootObject();
		clock.advance(Duration.ofMinutes(1));
		assertThat(Pair.failure(slow).value()).isInstanceOf(TimeoutException.class);
	}

	@Test
	void theRootFailsWhenTheConnectionIsLostBeforeItIsReady() {
		PBClientFactory factory = new PBClientFactory(new Clock());
		Deferred<RemoteReference> waiting = factory.getRootObject();
		Wire wire = Wire.open(factory.buildProtocol(null));
		wire.lose(new Failure(new ConnectionLost(null)));
		assertThat(Pair.failure(waiting).value()).isInstanceOf(ConnectionLost.class);
	}

	@Test
	void aCallFromAnotherThreadIsMadeOnTheLoop() {
		CompletableFuture<Deferred<Object>> made = CompletableFuture
			.supplyAsync(() -> this.pair.root.callRemote("echo", "x"));
		Deferred<Object> answer = made.join();
		this.pair.wire.pump();
		assertThat(Pair.result(answer)).isEqualTo("x");
		Deferred<Object> cancelled = CompletableFuture.supplyAsync(() -> this.pair.root.<Object>callRemote("never"))
			.join();
		cancelled.cancel();
		this.pair.wire.pump();
		assertThat(Pair.failure(cancelled).check(CancelledException.class)).isNotNull();
		assertThat(this.root.pending).isEmpty();
	}

	@Test
	void aCallWithoutAnswerSaysWhetherItWasSent() {
		Pair.result(pumped(this.pair.root.callRemoteOnly("count")));
		assertThat(this.root.count).isEqualTo(1);
		assertThat(Pair.failure(pumped(this.pair.root.callRemoteOnly("count", new Object()))).value())
			.isInstanceOf(JellyException.class);
	}

	// Methods

	@Test
	void argumentsMayComeByPositionAndByName() {
		assertThat(Pair.<Integer>result(pumped(this.pair.root.remoteMethod("sub").with("y", 2).with("x", 5).call())))
			.isEqualTo(3);
		assertThat(Pair.<Integer>result(pumped(this.pair.root.remoteMethod("sub").with("y", 2).call(5)))).isEqualTo(3);
		assertThat(error(this.pair.root.remoteMethod("sub").with("z", 2).call(5)))
			.contains("unexpected keyword argument 'z'");
		assertThat(error(this.pair.root.remoteMethod("sub").with("x", 2).call(5)))
			.contains("multiple values for argument 'x'");
	}

	@Test
	void wrongArgumentsAreATypeErrorOfPython() {
		assertThat(error(this.pair.call("sub", 1)))
			.isEqualTo("Server.remote_sub() missing 1 required positional argument: 'y'");
		assertThat(error(this.pair.call("sub"))).endsWith("missing 2 required positional arguments: 'x' and 'y'");
		assertThat(error(this.pair.call("sub", 1, 2, 3))).contains("takes 2 positional arguments but 3 were given");
		assertThat(Pair.failure(this.pair.call("sub", 1, "2")).check("builtins.TypeError")).isNotNull();
	}

	@Test
	void whatIsInsideACollectionHasTheTypeThatIsDeclared() {
		assertThat(Pair.<Integer>result(this.pair.call("sum", List.of(1, 2)))).isEqualTo(3);
		assertThat(Pair.failure(this.pair.call("sum", List.of("a"))).check("builtins.TypeError")).isNotNull();
		assertThat(Pair.<Object>result(this.pair.call("add_all", List.of(new Adder())))).isEqualTo(2);
		List<Long> echoed = Pair.result(pumped(this.pair.root.as(Listing.class).echo(List.of(1, 2))));
		assertThat(echoed).containsExactly(1L, 2L);
	}

	@Test
	void aMethodMayReturnAMonoOrAFluxWhoseItemsAreAList() {
		assertThat(Pair.<Integer>result(this.pair.call("mono"))).isEqualTo(1);
		assertThat(Pair.<List<Integer>>result(this.pair.call("flux"))).containsExactly(1, 2, 3);
	}

	@Test
	void oneNameMayStandForSeveralMethods() {
		assertThat(Pair.<String>result(this.pair.call("over"))).isEqualTo("none");
		assertThat(Pair.<String>result(this.pair.call("over", "a"))).isEqualTo("text a");
		assertThat(Pair.<String>result(this.pair.call("over", 1))).isEqualTo("number 1");
		assertThat(Pair.<String>result(this.pair.call("over", 1L << 40))).isEqualTo("decimal 1099511627776");
		assertThat(Pair.<String>result(this.pair.call("over", true))).isEqualTo("comparable true");
		assertThat(Pair.<String>result(this.pair.call("over", List.of()))).isEqualTo("anything []");
		assertThat(Pair.failure(this.pair.call("over", 1, 2)).check("builtins.TypeError")).isNotNull();
	}

	@Test
	void whatIsPrivateOrHasAnotherNameCannotBeCalled() {
		for (String name : List.of("secret", "static", "toString", "remoteMessageReceived", "count_", "")) {
			assertThat(Pair.failure(this.pair.call(name)).check("twisted.spread.flavors.NoSuchMethod")).isNotNull();
		}
	}

	@Test
	void anInterfaceStandsForTheObject() {
		Subtracting object = this.pair.root.as(Subtracting.class);
		assertThat(Pair.result(pumped(object.sub(5, 2)))).isEqualTo(3L);
		CompletableFuture<Long> future = object.minus(5, 1).toFuture();
		this.pair.wire.pump();
		assertThat(future.join()).isEqualTo(4L);
		object.count();
		this.pair.wire.pump();
		assertThat(this.root.count).isEqualTo(1);
		Object same = object;
		assertThat(object).isEqualTo(same).hasToString(object.toString());
		assertThatThrownBy(() -> this.pair.root.as(Comparable.class)).hasMessageContaining("compareTo");
	}

	// References

	@Test
	void fifteenHundredCallsWithACallbackEachDoNotExhaustTheClient() {
		for (int i = 0; i < 1500; i++) {
			assertThat(Pair.<Integer>result(this.pair.call("call_back", new Adder(), i))).isEqualTo(i + 1);
		}
		assertThat(this.pair.client.toString()).contains("0 references");
	}

	@Test
	void whatComesWithACallThatIsRefusedIsGivenBack() {
		Pair small = new Pair(this.root, BrokerOptions.defaults().withMaxCalls(1), BrokerOptions.defaults());
		small.call("never");
		assertThat(Pair.failure(small.call("echo", new Adder())).getErrorMessage()).contains("More than 1 calls");
		Deferred<Object> byName = small.root.remoteMethod("echo").with("value", new Adder()).call();
		small.wire.pump();
		assertThat(Pair.failure(byName).getErrorMessage()).contains("More than 1 calls");
		assertThat(small.client.toString()).contains("0 references");
	}

	@Test
	void whoLooksAtTheArgumentsTwiceSeesTheSameAndCountsOnce() {
		Pair curious = new Pair(new Curious());
		assertThat(Pair.<Boolean>result(curious.call("anything", new Adder()))).isTrue();
		assertThat(curious.client.toString()).contains("0 references");
		assertThat(Pair.<Boolean>result(curious.call("anything", new Adder()))).isTrue();
	}

	@Test
	void aCallbackThatWasKeptLivesOn() {
		Pair.result(this.pair.call("keep", new Adder()));
		for (int i = 0; i < 1500; i++) {
			Pair.result(this.pair.call("echo", new Adder()));
		}
		assertThat(Pair.<Integer>result(this.pair.call("call_kept", 1))).isEqualTo(2);
		this.root.kept.release();
		this.pair.wire.pump();
		assertThat(this.pair.client.toString()).contains("0 references");
	}

	@Test
	void aReferenceThatWasNotKeptSaysSo() {
		Pair.result(this.pair.call("store", new Adder()));
		assertThat(Pair.failure(this.root.kept.callRemote("add", 1)).value()).isInstanceOf(DeadReferenceException.class)
			.hasMessageContaining("keep()");
		assertThatThrownBy(() -> this.root.kept.keep()).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void oursComesBackAsItself() {
		Adder adder = new Adder();
		assertThat(Pair.<Object>result(this.pair.call("echo", adder))).isSameAs(adder);
		assertThat(Pair.<List<Object>>result(this.pair.call("echo", List.of(adder, adder)))).containsExactly(adder,
				adder);
	}

	@Test
	void referencesToOneObjectAreEqualAndAreGivenBackOneByOne() {
		RemoteReference one = Pair.result(this.pair.call("counter"));
		RemoteReference two = Pair.result(this.pair.call("counter"));
		assertThat(one).isEqualTo(two).hasSameHashCodeAs(two).isNotSameAs(two);
		one.release();
		one.release();
		this.pair.wire.pump();
		assertThat(this.pair.server.toString()).contains("1 references");
		two.release();
		this.pair.wire.pump();
		assertThat(this.pair.server.toString()).contains("0 references");
	}

	@Test
	void aReferenceOfAnotherConnectionCannotBeSent() {
		RemoteReference foreign = Pair.result(new Pair(new Server()).call("counter"));
		assertThat(Pair.failure(this.pair.call("echo", foreign)).value()).isInstanceOf(JellyException.class);
	}

	@Test
	void aPeerThatHoldsTooMuchIsToldThreeTimesAndThenLosesItsConnection() {
		Pair small = new Pair(this.root, BrokerOptions.defaults().withMaxReferences(2), BrokerOptions.defaults());
		List<RemoteReference> held = new ArrayList<>();
		held.add(Pair.result(small.call("new_counter")));
		held.add(Pair.result(small.call("new_counter")));
		for (int i = 0; i < 3; i++) {
			Failure failure = Pair.failure(small.call("new_counter"));
			assertThat(failure.check("twisted.spread.pb.Error")).isNotNull();
			assertThat(failure.getErrorMessage()).isEqualTo("Maximum PB reference count exceeded.");
		}
		assertThat(Pair.failure(small.call("new_counter")).getErrorMessage()).endsWith("Goodbye.");
		assertThat(Pair.failure(small.root.callRemote("echo", held)).value())
			.isInstanceOf(DeadReferenceException.class);
	}

	@Test
	void aPeerMayLeaveOnlySoManyCallsUnanswered() {
		Pair small = new Pair(this.root, BrokerOptions.defaults().withMaxCalls(2), BrokerOptions.defaults());
		small.call("never");
		small.call("never");
		assertThat(Pair.failure(small.call("echo", 1)).getErrorMessage()).contains("More than 2 calls");
		this.root.pending.get(0).callback(1);
		small.wire.pump();
		assertThat(Pair.<Integer>result(small.call("echo", 1))).isEqualTo(1);
	}

	@Test
	void aPeerThatClosesItsSideStillGetsItsAnswers() {
		Deferred<Object> answer = this.pair.call("never");
		this.pair.server.readConnectionLost();
		assertThat(this.pair.wire.disconnecting()).isFalse();
		this.root.pending.get(0).callback("at last");
		this.pair.wire.pump();
		assertThat(Pair.result(answer)).isEqualTo("at last");
		assertThat(this.pair.wire.reason.check(ConnectionDone.class)).isNotNull();
	}

	@Test
	void whatThePeerWouldNotReadIsNotSent() {
		Pair shallow = new Pair(this.root, BrokerOptions.defaults().withMessageLimits(20, 10_000),
				BrokerOptions.defaults().withMessageLimits(20, 10_000));
		for (int depth = 1; depth < 20; depth++) {
			Object nested = 1;
			for (int i = 0; i < depth; i++) {
				nested = Map.of("k", nested);
			}
			Deferred<Object> call = shallow.call("echo", nested);
			if (depth < 9) {
				assertThat(Pair.<Object>result(call)).isEqualTo(nested);
			}
			else {
				assertThat(Pair.failure(call).value()).isInstanceOf(BananaException.class)
					.hasMessageContaining("20 deep");
			}
		}
		assertThat(shallow.wire.disconnecting()).isFalse();
	}

	// Copies, caches, pages

	@Test
	void whoIsToldOfAnObserverThatThereWillNotBeIsToldOfItsEnd() {
		for (int i = 0; i < 3; i++) {
			assertThat(Pair.failure(this.pair.call("unsendable_cell")).check("builtins.ValueError")).isNotNull();
		}
		assertThat(this.root.cell.observers).isEmpty();
	}

	@Test
	void recordsTravelAsCopiesWhenBothSidesKnowThem() {
		SecurityOptions security = new SecurityOptions().setUnjellyableForClass("shop.Point", InteropRoot.Point.class);
		BrokerOptions options = BrokerOptions.defaults().withSecurity(security);
		Pair knowing = new Pair(this.root, options, options);
		InteropRoot.Point point = new InteropRoot.Point(1, List.of("two"));
		assertThat(Pair.<Object>result(knowing.call("echo", point))).isEqualTo(point);
		Pair half = new Pair(this.root, BrokerOptions.defaults(), options);
		assertThat(Pair.failure(half.call("echo", point)).check("twisted.spread.jelly.InsecureJelly")).isNotNull();
	}

	@Test
	void aCopyIsMadeByTheClassThatIsRegisteredForItsName() {
		SecurityOptions security = new SecurityOptions().setUnjellyableForClass("__main__.Pt", PointCopy::new);
		Pair knowing = new Pair(this.root, BrokerOptions.defaults(), BrokerOptions.defaults().withSecurity(security));
		PointCopy copy = Pair.result(knowing.call("unknown"));
		assertThat(copy.state).containsEntry("x", 1);
	}

	@Test
	void aCacheIsKeptUpToDateUntilNobodyUsesIt() {
		SecurityOptions security = new SecurityOptions().setUnjellyableForClass("__main__.Cell", CachedCell::new);
		Pair caching = new Pair(this.root, BrokerOptions.defaults(), BrokerOptions.defaults().withSecurity(security));
		CachedCell cell = Pair.result(caching.call("cell"));
		assertThat(Pair.<Object>result(caching.call("cell"))).isSameAs(cell);
		assertThat(Pair.<Boolean>result(caching.call("is_cell", cell))).isTrue();
		Pair.result(caching.call("set_cell", 42));
		assertThat(cell.value).isEqualTo(42);
		cell = null;
		Awaitility.await().until(() -> {
			System.gc();
			caching.wire.pump();
			return this.root.cell.observers.isEmpty();
		});
		CachedCell again = Pair.result(caching.call("cell"));
		assertThat(again.value).isEqualTo(42);
		caching.wire.lose(ConnectionDone.FAILURE);
		assertThat(this.root.cell.observers).isEmpty();
	}

	@Test
	void pagesComeInOrderAndTheCallerLearnsOfAnError() {
		List<Object> pages = Pair.result(pumped(CallbackPageCollector.getAllPages(this.pair.root, "page", 20_000)));
		assertThat(pages).extracting((page) -> ((byte[]) page).length).containsExactly(8192, 8192, 3616);
		assertThat(Pair.failure(pumped(CallbackPageCollector.getAllPages(this.pair.root, "polite"))).getErrorMessage())
			.contains("positional");
	}

	@Test
	void tracebacksAreToldOnlyIfThatIsWanted() {
		RemoteException silent = (RemoteException) Pair.failure(this.pair.call("polite")).value();
		assertThat(silent.remoteTraceback()).isEqualTo("Traceback unavailable\n");
		Pair telling = new Pair(this.root, BrokerOptions.defaults().withUnsafeTracebacks(true),
				BrokerOptions.defaults());
		RemoteException told = (RemoteException) Pair.failure(telling.call("polite")).value();
		assertThat(told.remoteTraceback()).contains("remote_polite");
	}

	private <T> Deferred<T> pumped(Deferred<T> deferred) {
		this.pair.wire.pump();
		return deferred;
	}

	private String error(Deferred<?> deferred) {
		return Pair.failure(pumped(deferred)).getErrorMessage();
	}

	/** Looks at its calls before it lets them do anything. */
	static final class Curious implements Root {

		@Override
		public Object remoteMessageReceived(RemoteCall call) throws Throwable {
			Object first = call.arguments().get(0);
			return call.arguments().get(0) == first && call.keywords().isEmpty();
		}

	}

	interface Listing {

		Deferred<List<Long>> echo(List<Integer> numbers);

	}

	interface Subtracting {

		Deferred<Long> sub(long x, long y);

		@Remote("sub")
		Mono<Long> minus(long x, long y);

		void count();

	}

	static final class Adder implements Referenceable {

		int remote_add(int n) {
			return n + 1;
		}

	}

	static final class PointCopy implements RemoteCopy {

		private Map<String, Object> state;

		@Override
		public void setCopyableState(Map<String, Object> state) {
			this.state = state;
		}

	}

	static final class CachedCell extends RemoteCache {

		private Object value;

		@Override
		public void setCopyableState(Map<String, Object> state) {
			this.value = state.get("v");
		}

		void observe_setv(Object changed) {
			this.value = changed;
		}

	}

}
