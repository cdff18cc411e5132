package dev.twisted.internet.netty;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.DeferredList;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.ReactorCore.SystemEventTrigger;
import org.jspecify.annotations.Nullable;

/**
 * The triggers of the reactor's system events. May be changed from any thread; fired on
 * the main loop.
 */
final class SystemEvents {

	private final List<Trigger> triggers = new ArrayList<>();

	synchronized SystemEventTrigger add(Phase phase, SystemEvent event, Callable<? extends @Nullable Object> call) {
		Trigger trigger = new Trigger(phase, event, call, false);
		this.triggers.add(trigger);
		return trigger;
	}

	/** For a reactor that may be started again, and a call that may not. */
	synchronized void addOnce(Phase phase, SystemEvent event, Callable<? extends @Nullable Object> call) {
		this.triggers.add(new Trigger(phase, event, call, true));
	}

	synchronized void remove(SystemEventTrigger trigger) {
		if (!this.triggers.removeIf((candidate) -> candidate == trigger)) {
			throw new IllegalArgumentException("There is no such system event trigger: it has been removed before");
		}
	}

	private synchronized List<Trigger> take(Phase phase, SystemEvent event) {
		List<Trigger> due = this.triggers.stream()
			.filter((trigger) -> trigger.phase == phase && trigger.event == event)
			.toList();
		this.triggers.removeIf((trigger) -> trigger.once && due.contains(trigger));
		return due;
	}

	/**
	 * Run the triggers of one phase.
	 * @return fires on the loop's thread when all Deferreds that {@code BEFORE} triggers
	 * returned have, whatever their results and wherever they were fired; at once for the
	 * other phases, which hold nothing up
	 */
	Deferred<?> fire(Phase phase, SystemEvent event, Loop loop) {
		List<Deferred<Object>> waiting = new ArrayList<>();
		for (Trigger trigger : take(phase, event)) {
			loop.call(trigger, () -> {
				Object result = trigger.call.call();
				if (result instanceof Deferred<?> deferred) {
					Deferred<Object> watched = watched(trigger, deferred, loop);
					if (phase == Phase.BEFORE) {
						waiting.add(watched);
					}
				}
			});
		}
		return loop.here(new DeferredList<>(waiting));
	}

	/** Run the triggers of all phases, one phase after the other. */
	void fireAll(SystemEvent event, Loop loop) {
		fire(Phase.BEFORE, event, loop).compose((done) -> fire(Phase.DURING, event, loop))
			.compose((done) -> fire(Phase.AFTER, event, loop));
	}

	private static Deferred<Object> watched(Trigger trigger, Deferred<?> deferred, Loop loop) {
		return deferred.addBoth((result, failure) -> {
			if (failure != null) {
				loop.reactor().callbackFailed(trigger, failure.value());
			}
			return Boolean.TRUE;
		});
	}

	/**
	 * Something to do at a point in the reactor's life.
	 */
	private static final class Trigger implements SystemEventTrigger {

		private final Phase phase;

		private final SystemEvent event;

		private final Callable<? extends @Nullable Object> call;

		private final boolean once;

		Trigger(Phase phase, SystemEvent event, Callable<? extends @Nullable Object> call, boolean once) {
			this.phase = phase;
			this.event = event;
			this.call = call;
			this.once = once;
		}

		@Override
		public String toString() {
			return (this.phase + " " + this.event + " trigger").toLowerCase(java.util.Locale.ROOT);
		}

	}

}
