package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The threads for what blocks: so many, with so many calls waiting, and no more. Made
 * when first used, ended with the reactor, and made again after a restart. May be used
 * from any thread.
 */
final class WorkerPool {

	private final ThreadFactory threads;

	private final int queue;

	private int size;

	private boolean open = true;

	private @Nullable ThreadPoolExecutor executor;

	WorkerPool(ThreadFactory threads, int size, int queue) {
		this.threads = threads;
		this.size = size;
		this.queue = queue;
	}

	synchronized void open() {
		this.open = true;
	}

	void execute(Runnable task) {
		executor().execute(task);
	}

	synchronized void resize(int size) {
		this.size = size;
		ThreadPoolExecutor current = this.executor;
		if (current == null) {
			return;
		}
		// The core must never be above the maximum, on the way either.
		if (size > current.getMaximumPoolSize()) {
			current.setMaximumPoolSize(size);
			current.setCorePoolSize(size);
		}
		else {
			current.setCorePoolSize(size);
			current.setMaximumPoolSize(size);
		}
	}

	/**
	 * Take no more, and give back what was waiting for a thread. What is running goes on.
	 */
	synchronized List<Runnable> close() {
		this.open = false;
		ThreadPoolExecutor current = this.executor;
		if (current == null) {
			return List.of();
		}
		current.shutdown();
		List<Runnable> waiting = new java.util.ArrayList<>();
		current.getQueue().drainTo(waiting);
		return waiting;
	}

	/**
	 * Wait for what is still running after {@link #close}, then interrupt it.
	 */
	void awaitEnd(Duration timeout) throws InterruptedException {
		ThreadPoolExecutor current;
		synchronized (this) {
			current = this.executor;
			this.executor = null;
		}
		if (current != null && !current.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
			current.shutdownNow();
		}
	}

	private synchronized ThreadPoolExecutor executor() {
		if (!this.open) {
			throw new RejectedExecutionException("The reactor has stopped, so has its thread pool");
		}
		if (this.executor == null) {
			this.executor = new ThreadPoolExecutor(this.size, this.size, 60, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>(this.queue), this.threads, WorkerPool::refuse);
			this.executor.allowCoreThreadTimeOut(true);
		}
		return this.executor;
	}

	private static void refuse(Runnable task, ThreadPoolExecutor executor) {
		throw new RejectedExecutionException(executor.isShutdown() ? "The reactor has stopped, so has its thread pool"
				: "All %d threads of the pool are busy and %d calls are waiting for one"
					.formatted(executor.getMaximumPoolSize(), executor.getQueue().size()));
	}

}
