package dev.twisted.defer;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * The threads that the bodies of {@link Deferreds#inlineCallbacks inlineCallbacks} run
 * on: a virtual one for each where there are such, which is Java 21 and later, elsewhere
 * threads that are kept for a while and used again. A body has its thread until it ends,
 * also while it waits, so there are as many as bodies in flight, up to a limit. May be
 * used from any thread.
 */
public final class BodyThreads {

	/** How many bodies may be in flight on virtual threads unless somebody says so. */
	public static final int DEFAULT_VIRTUAL_LIMIT = 100_000;

	/** How many bodies may be in flight on other threads unless somebody says so. */
	public static final int DEFAULT_PLATFORM_LIMIT = 2_000;

	/** Those of bodies that were started where there is no event loop. */
	static final BodyThreads ELSEWHERE = new BodyThreads("twisted", defaultLimit());

	/** Only what is used of it takes memory. */
	private static final long STACK_SIZE = 512 * 1024;

	private static final long KEEP_ALIVE_SECONDS = 5;

	private final String name;

	private final int limit;

	private final AtomicInteger inFlight = new AtomicInteger();

	private @Nullable ThreadFactory virtual;

	private @Nullable ExecutorService pool;

	/**
	 * Make the threads of a reactor.
	 * @param name what their names begin with
	 * @param limit how many bodies may be in flight, at least one; what would be one more
	 * fails
	 */
	public BodyThreads(String name, int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("There cannot be %d bodies in flight".formatted(limit));
		}
		this.name = name;
		this.limit = limit;
		this.virtual = virtualThreads(name + "-body-");
	}

	/**
	 * How many bodies may be in flight if nobody says so.
	 * @return {@link #DEFAULT_VIRTUAL_LIMIT} where there are virtual threads, otherwise
	 * {@link #DEFAULT_PLATFORM_LIMIT}
	 */
	public static int defaultLimit() {
		return (virtualThreads("") != null) ? DEFAULT_VIRTUAL_LIMIT : DEFAULT_PLATFORM_LIMIT;
	}

	/**
	 * Keep no threads that have nothing to do. Bodies that run go on, and others may
	 * still be started.
	 */
	public void close() {
		ExecutorService closing;
		synchronized (this) {
			closing = this.pool;
			this.pool = null;
		}
		if (closing != null) {
			closing.shutdown();
		}
	}

	/**
	 * Run a body on a thread of its own.
	 * @throws RejectedExecutionException if there are too many
	 */
	void execute(Runnable body) {
		if (this.inFlight.incrementAndGet() > this.limit) {
			this.inFlight.decrementAndGet();
			throw new RejectedExecutionException(
					"%d bodies of inlineCallbacks are in flight already, and no more are allowed here"
						.formatted(this.limit));
		}
		try {
			start(() -> {
				try {
					body.run();
				}
				finally {
					this.inFlight.decrementAndGet();
				}
			});
		}
		catch (Throwable ex) {
			this.inFlight.decrementAndGet();
			throw new RejectedExecutionException("There is no thread for one more body of inlineCallbacks: " + ex, ex);
		}
	}

	private void start(Runnable task) {
		ThreadFactory factory = this.virtual;
		if (factory != null) {
			factory.newThread(task).start();
			return;
		}
		synchronized (this) {
			if (this.pool == null) {
				this.pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
						new SynchronousQueue<>(), platformThreads(this.name + "-body-"));
			}
			this.pool.execute(task);
		}
	}

	private static ThreadFactory platformThreads(String prefix) {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(null, task, prefix + count.incrementAndGet(), STACK_SIZE, false);
			thread.setDaemon(true);
			return thread;
		};
	}

	/** Looked for by name, since the library runs without them as well. */
	private static @Nullable ThreadFactory virtualThreads(String prefix) {
		try {
			Class<?> type = Class.forName("java.lang.Thread$Builder");
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
			type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			return (ThreadFactory) type.getMethod("factory").invoke(builder);
		}
		catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException ex) {
			return null;
		}
		catch (InvocationTargetException ex) {
			// They are there, but only as a preview that is not enabled.
			return null;
		}
	}

}
