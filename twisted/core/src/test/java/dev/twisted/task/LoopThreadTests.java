package dev.twisted.task;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for which thread loops and tasks belong to.
 */
class LoopThreadTests {

	private final Clock clock = new Clock();

	private final List<Action> handedOver = new ArrayList<>();

	private boolean running;

	private boolean inReactorThread;

	private final Reactor reactor = (Reactor) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Reactor.class }, (proxy, method, arguments) -> switch (method.getName()) {
				case "running" -> this.running;
				case "inReactorThread" -> this.inReactorThread;
				case "callFromThread" -> {
					this.handedOver.add((Action) arguments[0]);
					yield null;
				}
				default -> method.invoke(this.clock, arguments);
			});

	@Test
	void aLoopCannotBeStartedStoppedOrResetOutsideTheThreadOfARunningReactor() {
		this.running = true;
		LoopingCall loop = new LoopingCall(this.reactor, () -> {
		});
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(() -> loop.start(Duration.ofSeconds(1)))
			.withMessageContaining("LoopingCall.start()")
			.withMessageContaining("callFromThread");
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(loop::stop);
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(loop::reset);
		assertThat(loop.running()).isFalse();
	}

	@Test
	void aLoopCanBeStartedAnywhereBeforeTheReactorRuns() {
		LoopingCall loop = new LoopingCall(this.reactor, () -> {
		});
		loop.start(Duration.ofSeconds(1));
		assertThat(loop.running()).isTrue();
	}

	@Test
	void aLoopGoesOnInTheReactorsThreadWhereverTheDeferredOfItsFunctionFires() throws Exception {
		this.running = true;
		this.inReactorThread = true;
		Deferred<@Nullable Void> deferred = new Deferred<>();
		new LoopingCall(this.reactor, () -> deferred).start(Duration.ofSeconds(1));
		this.inReactorThread = false;
		deferred.callback(null);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		this.inReactorThread = true;
		this.handedOver.remove(0).run();
		assertThat(this.clock.getDelayedCalls()).hasSize(1);
	}

	@Test
	void aCooperatorAndItsTasksCannotBeUsedOutsideTheThreadOfARunningReactor() {
		Cooperator cooperator = new Cooperator(this.reactor);
		CooperativeTask<Steps> task = cooperator.cooperate(Steps.of());
		this.running = true;
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(() -> cooperator.cooperate(Steps.of()));
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(cooperator::stop);
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(task::pause);
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(task::whenDone);
	}

	@Test
	void aTaskGoesOnInTheReactorsThreadWhereverTheDeferredOfItsStepFires() throws Exception {
		Deferred<@Nullable Void> deferred = new Deferred<>();
		Cooperator cooperator = new Cooperator(this.reactor, () -> () -> true, true);
		this.running = true;
		this.inReactorThread = true;
		cooperator.cooperate(Steps.of(() -> deferred));
		this.clock.advance(Duration.ZERO);
		this.inReactorThread = false;
		deferred.callback(null);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		this.inReactorThread = true;
		this.handedOver.remove(0).run();
		assertThat(this.clock.getDelayedCalls()).hasSize(1);
	}

}
