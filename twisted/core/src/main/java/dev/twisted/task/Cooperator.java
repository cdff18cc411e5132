package dev.twisted.task;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.twisted.defer.CallLater;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Lets long pieces of work take turns without holding up the loop. Follows Twisted's
 * {@code Cooperator}.
 * <p>
 * A piece of work is an iterator, each of whose steps does a little. The tasks take steps
 * in turn until a slice of time is used up, 10 ms unless asked for otherwise; then the
 * loop has its turn, and the next slice goes on where this one ended. A step that gives a
 * {@link Deferred} pauses its task until that has fired; anything else a step gives is
 * ignored.
 * <p>
 * With a reactor as its scheduler everything here, and every {@link CooperativeTask},
 * belongs to the reactor's thread, or to any one thread before the reactor runs;
 * elsewhere it fails with {@link dev.twisted.internet.NotInReactorThreadException}.
 */
public final class Cooperator {

	private static final Duration SLICE = Duration.ofMillis(10);

	private final CallLater scheduler;

	private final Supplier<? extends BooleanSupplier> terminationPredicateFactory;

	private final LoopThread thread;

	private final Set<CooperativeTask<?>> unfinished = new LinkedHashSet<>();

	private final Set<CooperativeTask<?>> ready = new LinkedHashSet<>();

	private CallLater.@Nullable Cancellable pendingSlice;

	private boolean started;

	private boolean stopped;

	/**
	 * Make a cooperator that works in slices of 10 ms and has been started.
	 * @param scheduler calls for each slice; a reactor or a {@link Clock}
	 */
	public Cooperator(CallLater scheduler) {
		this(scheduler, Cooperator::slice, true);
	}

	/**
	 * Make a cooperator.
	 * @param scheduler calls for each slice; a reactor or a {@link Clock}
	 * @param terminationPredicateFactory called at the beginning of each slice; what it
	 * gives is asked after each step whether the slice ends
	 * @param started whether tasks begin as soon as they are added, or wait for
	 * {@link #start()}
	 */
	public Cooperator(CallLater scheduler, Supplier<? extends BooleanSupplier> terminationPredicateFactory,
			boolean started) {
		this.scheduler = Objects.requireNonNull(scheduler, "The scheduler must not be null");
		this.terminationPredicateFactory = Objects.requireNonNull(terminationPredicateFactory,
				"The termination predicate factory must not be null");
		this.started = started;
		this.thread = new LoopThread(scheduler);
	}

	private static BooleanSupplier slice() {
		long begin = System.nanoTime();
		return () -> System.nanoTime() - begin >= SLICE.toNanos();
	}

	/**
	 * Add a piece of work. The first step is taken in the next slice. On a cooperator
	 * that has been stopped the task fails at once with
	 * {@link SchedulerStoppedException}.
	 * @param <I> the type of the iterator
	 * @param iterator the work
	 * @return the task that does it
	 */
	public <I extends Iterator<? extends @Nullable Object>> CooperativeTask<I> cooperate(I iterator) {
		Objects.requireNonNull(iterator, "The iterator must not be null");
		checkThread("Cooperator.cooperate()");
		CooperativeTask<I> task = new CooperativeTask<>(iterator, this);
		if (this.stopped) {
			task.schedulerStopped();
		}
		else {
			this.unfinished.add(task);
			makeReady(task);
		}
		return task;
	}

	/**
	 * Add a piece of work of which only the end matters.
	 * @param <I> the type of the iterator
	 * @param iterator the work
	 * @return what {@link CooperativeTask#whenDone()} of its task gives
	 */
	public <I extends Iterator<? extends @Nullable Object>> Deferred<I> coiterate(I iterator) {
		return cooperate(iterator).whenDone();
	}

	/**
	 * Begin to work, or begin again after {@link #stop()}. Has no effect if working.
	 */
	public void start() {
		checkThread("Cooperator.start()");
		this.stopped = false;
		this.started = true;
		schedule();
	}

	/**
	 * Stop working and forget all tasks, the paused ones too: each ends with
	 * {@link SchedulerStoppedException}.
	 */
	public void stop() {
		checkThread("Cooperator.stop()");
		this.stopped = true;
		List.copyOf(this.unfinished).forEach(CooperativeTask::schedulerStopped);
	}

	/**
	 * Whether the cooperator works.
	 * @return true if it has been started and not been stopped
	 */
	public boolean running() {
		return this.started && !this.stopped;
	}

	LoopThread thread() {
		return this.thread;
	}

	void checkThread(String operation) {
		this.thread.check(operation);
	}

	void makeReady(CooperativeTask<?> task) {
		this.ready.add(task);
		schedule();
	}

	void makeUnready(CooperativeTask<?> task) {
		this.ready.remove(task);
		if (this.ready.isEmpty()) {
			cancelSlice();
		}
	}

	void forget(CooperativeTask<?> task) {
		this.unfinished.remove(task);
		makeUnready(task);
	}

	private void schedule() {
		if (running() && this.pendingSlice == null && !this.ready.isEmpty()) {
			this.pendingSlice = this.scheduler.callLater(Duration.ZERO, this::runSlice);
		}
	}

	private void cancelSlice() {
		CallLater.Cancellable slice = this.pendingSlice;
		this.pendingSlice = null;
		if (slice != null) {
			slice.cancel();
		}
	}

	private void runSlice() {
		this.pendingSlice = null;
		try {
			takeSteps();
		}
		finally {
			schedule();
		}
	}

	private void takeSteps() {
		BooleanSupplier terminationPredicate = this.terminationPredicateFactory.get();
		while (!this.ready.isEmpty()) {
			CooperativeTask<?> task = this.ready.iterator().next();
			task.step();
			if (this.ready.remove(task)) {
				this.ready.add(task);
			}
			if (terminationPredicate.getAsBoolean()) {
				return;
			}
		}
	}

}
