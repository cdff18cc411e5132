package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.ReactorCore.SystemEventTrigger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SystemEventTests {

	@RegisterExtension
	private final RunningReactor running = new RunningReactor(EventLoopModel.NIO);

	private final List<String> order = new CopyOnWriteArrayList<>();

	private Reactor reactor;

	@BeforeEach
	void reactor() {
		this.reactor = this.running.get();
	}

	@Test
	void thePhasesRunInTheirOrderAndTriggersInTheOrderInWhichTheyWereAdded() {
		on(Phase.AFTER, "after 1");
		on(Phase.DURING, "during 1");
		on(Phase.BEFORE, "before 1");
		on(Phase.DURING, "during 2");
		on(Phase.BEFORE, "before 2");
		on(Phase.AFTER, "after 2");
		persist();
		assertThat(this.order).containsExactly("before 1", "before 2", "during 1", "during 2", "after 1", "after 2");
	}

	@Test
	void onlyTheTriggersOfTheEventRun() {
		this.reactor.addSystemEventTrigger(Phase.DURING, SystemEvent.STARTUP, () -> this.order.add("startup"));
		on(Phase.DURING, "persist");
		persist();
		assertThat(this.order).containsExactly("persist");
	}

	@Test
	void triggersRunOnTheReactorsThread() {
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST,
				() -> this.order.add("reactor's thread: " + this.reactor.inReactorThread()));
		persist();
		assertThat(this.order).containsExactly("reactor's thread: true");
	}

	@Test
	void anEventGoesOnWhenAllDeferredsOfItsFirstPhaseHaveFired() {
		Deferred<String> one = new Deferred<>();
		Deferred<String> other = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST, () -> one);
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST, () -> other);
		on(Phase.BEFORE, "before");
		on(Phase.DURING, "during");
		persist();
		assertThat(this.order).containsExactly("before");
		this.running.run(() -> other.callback("done"));
		assertThat(this.order).containsExactly("before");
		this.running.run(() -> one.callback("done"));
		assertThat(this.order).containsExactly("before", "during");
	}

	@Test
	void aDeferredOfALaterPhaseHoldsNothingUp() {
		this.reactor.addSystemEventTrigger(Phase.DURING, SystemEvent.PERSIST, () -> new Deferred<>());
		on(Phase.AFTER, "after");
		persist();
		assertThat(this.order).containsExactly("after");
	}

	@Test
	void theReactorRunsOnWhileAnEventWaits() {
		Deferred<String> held = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST, () -> held);
		on(Phase.DURING, "during");
		this.running.run(() -> this.reactor.callLater(Duration.ofMillis(1), () -> {
			this.order.add("timer");
			held.callback("done");
		}));
		persist();
		Awaitility.await().untilAsserted(() -> assertThat(this.order).containsExactly("timer", "during"));
	}

	@Test
	void aFailedDeferredIsCountedAndDoesNotStopTheEvent() {
		this.running.expectErrors(1);
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST,
				() -> Deferred.fail(new IllegalStateException("expected by the test")));
		on(Phase.DURING, "during");
		persist();
		assertThat(this.order).containsExactly("during");
		assertThat(this.reactor.statistics().callbackErrors()).isOne();
	}

	@Test
	void aTriggerThatThrowsIsCountedAndDoesNotStopTheEvent() {
		this.running.expectErrors(2);
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST, () -> {
			throw new IllegalStateException("expected by the test");
		});
		this.reactor.addSystemEventTrigger(Phase.DURING, SystemEvent.PERSIST, () -> {
			throw new AssertionError("expected by the test");
		});
		on(Phase.DURING, "during");
		persist();
		assertThat(this.order).containsExactly("during");
		assertThat(this.reactor.statistics().callbackErrors()).isEqualTo(2);
	}

	@Test
	void aDeferredFiredOnAnotherThreadStillHasTheEventGoOnOnTheReactorsThread() {
		Deferred<String> held = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST, () -> held);
		this.reactor.addSystemEventTrigger(Phase.DURING, SystemEvent.PERSIST,
				() -> this.order.add("reactor's thread: " + this.reactor.inReactorThread()));
		persist();
		held.callback("done");
		Awaitility.await().untilAsserted(() -> assertThat(this.order).containsExactly("reactor's thread: true"));
	}

	@Test
	void aTriggerThatWasTakenBackDoesNotRun() {
		SystemEventTrigger trigger = on(Phase.DURING, "taken back");
		on(Phase.DURING, "stays");
		this.reactor.removeSystemEventTrigger(trigger);
		persist();
		assertThat(this.order).containsExactly("stays");
	}

	@Test
	void aTriggerCannotBeTakenBackTwice() {
		SystemEventTrigger trigger = on(Phase.DURING, "taken back");
		this.reactor.removeSystemEventTrigger(trigger);
		assertThatIllegalArgumentException().isThrownBy(() -> this.reactor.removeSystemEventTrigger(trigger))
			.withMessageContaining("removed before");
	}

	@Test
	void aTriggerAddedByATriggerOfAnEarlierPhaseRuns() {
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.PERSIST, () -> {
			on(Phase.DURING, "added");
		});
		persist();
		assertThat(this.order).containsExactly("added");
	}

	@Test
	void triggersStayForTheNextTimeTheEventIsFired() {
		on(Phase.DURING, "during");
		persist();
		persist();
		assertThat(this.order).containsExactly("during", "during");
	}

	private SystemEventTrigger on(Phase phase, String name) {
		return this.reactor.addSystemEventTrigger(phase, SystemEvent.PERSIST, () -> this.order.add(name));
	}

	private void persist() {
		this.running.run(() -> this.reactor.fireSystemEvent(SystemEvent.PERSIST));
	}

}
