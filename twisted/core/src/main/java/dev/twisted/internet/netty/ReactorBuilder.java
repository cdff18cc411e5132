package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

import dev.twisted.defer.BodyThreads;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Reactor;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Builds reactors on Netty. Not for use by several threads at once.
 */
public final class ReactorBuilder {

	private String name = "twisted";

	private EventLoopModel eventLoopModel = EventLoopModel.AUTO;

	private int eventLoops = 1;

	private int threadPoolSize = 10;

	private int threadPoolQueue = 1000;

	private int inlineCallbacksLimit = BodyThreads.defaultLimit();

	private @Nullable ThreadFactory threadFactory;

	private Duration slowCallbackThreshold = Duration.ofMillis(100);

	private boolean logContext;

	private Duration shutdownTimeout = Duration.ofSeconds(10);

	/**
	 * What the names of the reactor's threads begin with; {@code twisted} at first.
	 * @param name the name
	 * @return this builder
	 */
	public ReactorBuilder name(String name) {
		if (name.isEmpty()) {
			throw new IllegalArgumentException("A reactor's name must not be empty");
		}
		this.name = name;
		return this;
	}

	/**
	 * How the event loops wait for the operating system; the best there is at first.
	 * @param eventLoopModel the model
	 * @return this builder
	 */
	public ReactorBuilder eventLoopModel(EventLoopModel eventLoopModel) {
		this.eventLoopModel = eventLoopModel;
		return this;
	}

	/**
	 * How many event loops the reactor has; one at first, which is Twisted's guarantee
	 * that no two callbacks run in parallel. With more, each connection and timer stays
	 * on its own loop.
	 * @param eventLoops the number, at least one
	 * @return this builder
	 */
	public ReactorBuilder eventLoops(int eventLoops) {
		this.eventLoops = positive("event loops", eventLoops);
		return this;
	}

	/**
	 * How many threads {@code deferToThread} and {@code callInThread} may use; ten at
	 * first.
	 * @param threadPoolSize the number, at least one
	 * @return this builder
	 */
	public ReactorBuilder threadPoolSize(int threadPoolSize) {
		this.threadPoolSize = positive("threads", threadPoolSize);
		return this;
	}

	/**
	 * How many calls may wait for a thread of the pool before more are refused; a
	 * thousand at first.
	 * @param threadPoolQueue the number, at least one
	 * @return this builder
	 */
	public ReactorBuilder threadPoolQueue(int threadPoolQueue) {
		this.threadPoolQueue = positive("waiting calls", threadPoolQueue);
		return this;
	}

	/**
	 * How many bodies of {@code inlineCallbacks} may be in flight before more fail; at
	 * first {@link BodyThreads#DEFAULT_VIRTUAL_LIMIT} where there are virtual threads,
	 * otherwise {@link BodyThreads#DEFAULT_PLATFORM_LIMIT}. Each has a thread.
	 * @param inlineCallbacksLimit the number, at least one
	 * @return this builder
	 */
	public ReactorBuilder inlineCallbacksLimit(int inlineCallbacksLimit) {
		this.inlineCallbacksLimit = positive("bodies in flight", inlineCallbacksLimit);
		return this;
	}

	/**
	 * Where the pool's threads come from, such as a factory of virtual threads; daemon
	 * threads at first.
	 * @param threadFactory the factory
	 * @return this builder
	 */
	public ReactorBuilder threadFactory(ThreadFactory threadFactory) {
		this.threadFactory = threadFactory;
		return this;
	}

	/**
	 * How long a callback may hold a loop before it is logged with its stack and counted;
	 * 100 milliseconds at first. Loops are looked at four times in that time, so a
	 * callback half as long again is always seen.
	 * @param slowCallbackThreshold the time; zero or less for never
	 * @return this builder
	 */
	public ReactorBuilder slowCallbackThreshold(Duration slowCallbackThreshold) {
		this.slowCallbackThreshold = slowCallbackThreshold;
		return this;
	}

	/**
	 * How long a stop waits for {@code before shutdown} triggers, for peers to take what
	 * they are owed and for pool threads, before it goes on without them; ten seconds at
	 * first.
	 * @param shutdownTimeout the time
	 * @return this builder
	 */
	public ReactorBuilder shutdownTimeout(Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
		return this;
	}

	/**
	 * Whether log lines that are written in callbacks tell what they are about: whether
	 * the MDC of SLF4J then has {@code twisted.server}, the name of the port or
	 * connector, and {@code twisted.connection}, a number that no other connection of the
	 * reactor has. Costs some hundred nanoseconds for each callback; off at first. What
	 * callbacks put into the MDC themselves is kept for their connection in any case.
	 * @param logContext whether to put these entries into the MDC
	 * @return this builder
	 * @see dev.twisted.defer.CallContext
	 */
	public ReactorBuilder logContext(boolean logContext) {
		this.logContext = logContext;
		return this;
	}

	/**
	 * Make the reactor. Its threads start when they are first needed.
	 * @return a reactor that does not run yet
	 * @throws IllegalStateException if this machine or class path does not have the event
	 * loop model
	 */
	public Reactor build() {
		ThreadFactory threads = (this.threadFactory != null) ? this.threadFactory
				: new DefaultThreadFactory(this.name + "-pool", true);
		EventLoops eventLoops = new EventLoops(this.name, this.eventLoopModel, this.eventLoops);
		return new NettyReactor(eventLoops, new WorkerPool(threads, this.threadPoolSize, this.threadPoolQueue),
				new BodyThreads(this.name, this.inlineCallbacksLimit), this.slowCallbackThreshold, this.shutdownTimeout,
				this.logContext);
	}

	private static int positive(String what, int number) {
		if (number < 1) {
			throw new IllegalArgumentException("A reactor cannot have %d %s".formatted(number, what));
		}
		return number;
	}

}
