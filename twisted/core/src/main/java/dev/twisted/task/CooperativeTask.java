package dev.twisted.task;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work of a {@link Cooperator}. Follows Twisted's {@code CooperativeTask}.
 * Belongs to the same thread as its cooperator.
 *
 * @param <I> the type of the iterator that is the work
 */
public final class CooperativeTask<I extends Iterator<? extends @Nullable Object>> {

	private final I iterator;

	private final Cooperator cooperator;

	private final List<Deferred<I>> waiters = new ArrayList<>();

	/** Its own, since the slice was asked for by whichever task came first. */
	private final OwnContext context = new OwnContext();

	private int pauses;

	private boolean waiting;

	private @Nullable Supplier<SchedulerException> end;

	private @Nullable Failure failure;

	private @Nullable Deferred<I> unheardFailure;

	CooperativeTask(I iterator, Cooperator cooperator) {
		this.iterator = iterator;
		this.cooperator = cooperator;
	}

	/**
	 * Hear of the end of the task. May be asked for any number of times, also after the
	 * end.
	 * @return a new Deferred that fires with the iterator when that has no more steps.
	 * Fails with what a step threw or its Deferred failed with, with
	 * {@link TaskStoppedException} after {@link #stop()}, and with
	 * {@link SchedulerStoppedException} if the cooperator was stopped
	 */
	public Deferred<I> whenDone() {
		this.cooperator.checkThread("CooperativeTask.whenDone()");
		Deferred<I> deferred = new Deferred<>();
		if (this.end == null) {
			this.waiters.add(deferred);
		}
		else {
			hearFailure();
			tell(deferred);
		}
		return deferred;
	}

	/**
	 * Take no more steps until {@link #resume()} has been called as often as this.
	 * @throws TaskFinishedException if the task has ended; which one says how
	 * @throws SchedulerStoppedException if its cooperator was stopped
	 */
	public void pause() {
		this.cooperator.checkThread("CooperativeTask.pause()");
		checkUnfinished();
		this.pauses++;
		this.cooperator.makeUnready(this);
	}

	/**
	 * Take back one {@link #pause()}.
	 * @throws NotPausedException if there is none to take back; waiting for a Deferred is
	 * no pause
	 */
	public void resume() {
		this.cooperator.checkThread("CooperativeTask.resume()");
		if (this.pauses == 0) {
			throw new NotPausedException("The task is not paused: every resume() needs a pause() before it");
		}
		this.pauses--;
		goOn();
	}

	/**
	 * Take no more steps for good. A Deferred that the task waits for is not cancelled.
	 * @throws TaskFinishedException if the task has ended; which one says how
	 * @throws SchedulerStoppedException if its cooperator was stopped
	 */
	public void stop() {
		this.cooperator.checkThread("CooperativeTask.stop()");
		checkUnfinished();
		finish(() -> new TaskStoppedException("The task was stopped"));
	}

	void schedulerStopped() {
		if (this.end == null) {
			finish(() -> new SchedulerStoppedException("The cooperator of the task was stopped"));
		}
	}

	void step() {
		this.context.run(this::takeStep);
	}

	private void takeStep() {
		Object result;
		try {
			if (!this.iterator.hasNext()) {
				succeed();
				return;
			}
			result = this.iterator.next();
		}
		catch (Throwable ex) {
			fail(new Failure(ex));
			return;
		}
		if (result instanceof Deferred<?> deferred) {
			waitFor(deferred);
		}
	}

	private void waitFor(Deferred<?> deferred) {
		this.waiting = true;
		this.cooperator.makeUnready(this);
		LoopThread thread = this.cooperator.thread();
		deferred.<@Nullable Object>addCallbacks((result) -> {
			thread.execute(() -> {
				this.waiting = false;
				goOn();
			});
			return null;
		}, (why) -> {
			thread.execute(() -> fail(why));
			return null;
		});
	}

	private void goOn() {
		if (this.pauses == 0 && !this.waiting && this.end == null) {
			this.cooperator.makeReady(this);
		}
	}

	private void succeed() {
		if (this.end == null) {
			finish(() -> new TaskDoneException("The task had done all its work"), null);
		}
	}

	private void fail(Failure failure) {
		if (this.end != null) {
			// The end has been told already, so this is reported as nobody's.
			Deferred.fail(failure);
			return;
		}
		boolean unheard = this.waiters.isEmpty();
		finish(() -> new TaskFailedException("The task had failed", failure.value()), failure);
		if (unheard) {
			// Reported as that of any Deferred unless somebody asks for it after all.
			this.unheardFailure = Deferred.fail(failure);
		}
	}

	private void finish(Supplier<SchedulerException> end) {
		finish(end, new Failure(end.get()));
	}

	private void finish(Supplier<SchedulerException> end, @Nullable Failure failure) {
		this.end = end;
		this.failure = failure;
		this.cooperator.forget(this);
		List<Deferred<I>> told = new ArrayList<>(this.waiters);
		this.waiters.clear();
		told.forEach(this::tell);
	}

	private void tell(Deferred<I> deferred) {
		if (this.failure != null) {
			deferred.errback(this.failure);
		}
		else {
			deferred.callback(this.iterator);
		}
	}

	private void hearFailure() {
		Deferred<I> unheard = this.unheardFailure;
		this.unheardFailure = null;
		if (unheard != null) {
			unheard.addErrback((failure) -> this.iterator);
		}
	}

	private void checkUnfinished() {
		if (this.end != null) {
			throw this.end.get();
		}
	}

}
