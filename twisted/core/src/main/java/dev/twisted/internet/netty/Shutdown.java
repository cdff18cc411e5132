package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * How a reactor stops: it accepts no more, lets the {@code before shutdown} triggers
 * finish, lets connections send what they owe, aborts those that cannot within the time
 * there is, runs the other triggers, and ends its threads. Loop thread only, but for the
 * last steps, which wait.
 */
final class Shutdown {

	/** How long to wait for a loop to end that a callback may be blocking. */
	private static final long LAST_STEP_SECONDS = 5;

	private final NettyReactor reactor;

	private final Loop loop;

	private final long deadline;

	Shutdown(NettyReactor reactor, Duration timeout) {
		this.reactor = reactor;
		this.loop = reactor.mainLoop();
		this.deadline = System.nanoTime() + timeout.toNanos();
	}

	void begin() {
		closeStreamPorts()
			.compose((closed) -> within(this.reactor.events().fire(Phase.BEFORE, SystemEvent.SHUTDOWN, this.loop),
					"a 'before shutdown' trigger"))
			// Again, for what the triggers have opened, and nobody opens any more.
			.compose((done) -> closeLastStreamPorts())
			.compose((closed) -> disconnectAll())
			.compose((done) -> this.loop.here(this.reactor.sockets().closeDatagramPorts()))
			.compose((closed) -> this.reactor.events().fire(Phase.DURING, SystemEvent.SHUTDOWN, this.loop))
			.<@Nullable Object>addBoth((done, failure) -> {
				if (failure != null) {
					this.reactor.callbackFailed("shutdown", failure.value());
				}
				refuseWaitingCalls();
				Thread last = new Thread(this::endThreads, "twisted-shutdown");
				last.start();
				return null;
			});
	}

	private Deferred<?> closeStreamPorts() {
		return this.loop.here(this.reactor.sockets().closeStreamPorts());
	}

	private Deferred<?> closeLastStreamPorts() {
		this.reactor.life().beginClosing();
		return closeStreamPorts();
	}

	/**
	 * Go on without what takes longer than there is time. The last quarter of it is kept
	 * for the connections, so that a trigger that hangs does not cost them what they are
	 * owed.
	 */
	private Deferred<?> within(Deferred<?> waited, String what) {
		Deferred<Object> result = new Deferred<>();
		DelayedCall limit = this.loop.callLater(remaining().multipliedBy(3).dividedBy(4), () -> {
			this.reactor.shutdownGoesOnWithout(what);
			result.callback(Boolean.FALSE);
		});
		waited.<@Nullable Object>addBoth((done, failure) -> {
			if (limit.active()) {
				limit.cancel();
				result.callback(Boolean.TRUE);
			}
			return null;
		});
		return result;
	}

	private Duration remaining() {
		return Duration.ofNanos(Math.max(0, this.deadline - System.nanoTime()));
	}

	private Deferred<?> disconnectAll() {
		this.reactor.loops()
			.forEach((each) -> each.executor()
				.execute(() -> each.connections().forEach(StreamConnection::loseConnection)));
		Deferred<Object> result = new Deferred<>();
		DelayedCall limit = this.loop.callLater(remaining(), () -> {
			abortAll();
			result.callback(Boolean.FALSE);
		});
		this.reactor.sockets().whenAllClosed().<@Nullable Object>addCallback((closed) -> {
			this.loop.executor().execute(() -> {
				if (limit.active()) {
					limit.cancel();
					result.callback(Boolean.TRUE);
				}
			});
			return null;
		});
		return result;
	}

	private void abortAll() {
		int left = this.reactor.sockets().connections();
		if (left > 0) {
			this.reactor.abortedAtShutdown(left);
		}
		this.reactor.loops()
			.forEach((each) -> each.executor()
				.execute(() -> each.connections().forEach(StreamConnection::abortConnection)));
	}

	private void refuseWaitingCalls() {
		RejectedExecutionException reason = new RejectedExecutionException(
				"The reactor stopped before a thread of its pool was free");
		for (Runnable waiting : this.reactor.pool().close()) {
			if (waiting instanceof Threads.PoolCall call) {
				call.refuse(reason);
			}
		}
	}

	/**
	 * Wait for pool threads while the loops still take their results; then end the loops.
	 */
	private void endThreads() {
		try {
			this.reactor.pool().awaitEnd(remaining());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		for (Loop loop : this.reactor.loops()) {
			if (loop != this.loop) {
				await(loop.executor().submit(loop::end));
			}
		}
		this.loop.executor().submit(() -> {
			this.reactor.events().fire(Phase.AFTER, SystemEvent.SHUTDOWN, this.loop);
			this.loop.end();
		}).awaitUninterruptibly(LAST_STEP_SECONDS, TimeUnit.SECONDS);
		this.reactor.life().end();
	}

	/** If it comes too late, it is not to end the loop in its next life. */
	private static void await(Future<?> ended) {
		if (!ended.awaitUninterruptibly(LAST_STEP_SECONDS, TimeUnit.SECONDS)) {
			ended.cancel(false);
		}
	}

}
