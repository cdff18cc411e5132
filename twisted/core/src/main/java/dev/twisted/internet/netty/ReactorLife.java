package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.twisted.defer.Action;
import dev.twisted.defer.BodyThreads;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.DeferredList;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorAlreadyRunningException;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.ReactorNotRunningException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

/**
 * The life of a reactor: its starts and stops, and the event loops that it has in
 * between. May be used from any thread.
 */
final class ReactorLife {

	private static final Logger logger = LoggerFactory.getLogger(Reactor.class);

	/** How long the steps may take that follow a shutdown, or take its place. */
	private static final Duration LAST_STEPS = Duration.ofSeconds(5);

	private final NettyReactor reactor;

	private final EventLoops eventLoops;

	private final BodyThreads bodyThreads;

	private final Duration shutdownTimeout;

	private final SlowCallbacks slowCallbacks;

	private volatile State state = State.STOPPED;

	private volatile boolean hasRun;

	private volatile boolean closing;

	private volatile CompletableFuture<@Nullable Void> ended = CompletableFuture.completedFuture(null);

	private final GuestChannels guests = new GuestChannels();

	private @Nullable LoopResources resources;

	/** Whether the reactor's own loops run on these. */
	private boolean bound;

	/** Whether somebody uses them beyond the next stop. */
	private boolean lasting;

	/** Whether the reactor has been closed since its last start. */
	private boolean closed;

	private @Nullable EventLoopGroup adoptedLoops;

	ReactorLife(NettyReactor reactor, EventLoops eventLoops, BodyThreads bodyThreads, Duration shutdownTimeout,
			SlowCallbacks slowCallbacks) {
		this.reactor = reactor;
		this.eventLoops = eventLoops;
		this.bodyThreads = bodyThreads;
		this.shutdownTimeout = shutdownTimeout;
		this.slowCallbacks = slowCallbacks;
	}

	void run() {
		start();
		CompletableFuture<@Nullable Void> end = this.ended;
		Thread hook = new Thread(() -> {
			stopUnlessStopping();
			awaitEnd();
		}, this.eventLoops.name() + "-exit");
		Runtime.getRuntime().addShutdownHook(hook);
		end.join();
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			// The process is on its way out, which is why we stopped.
		}
	}

	void start() {
		synchronized (this) {
			if (this.state != State.STOPPED) {
				throw new ReactorAlreadyRunningException(
						"The reactor is " + ((this.state == State.RUNNING) ? "running" : "still stopping"));
			}
			this.ended = new CompletableFuture<>();
			this.closed = false;
			this.reactor.pool().open();
			open();
			this.hasRun = true;
			this.state = State.RUNNING;
		}
		this.slowCallbacks.start(this.eventLoops.name(), this.reactor.loops().stream().map(Loop::watch).toList());
		Loop main = this.reactor.mainLoop();
		main.executor().execute(() -> {
			main.attach();
			this.reactor.sockets().resume();
			this.reactor.events().fireAll(SystemEvent.STARTUP, main);
			main.begin();
			this.reactor.loops().stream().skip(1).forEach((loop) -> loop.executor().execute(loop::begin));
		});
	}

	Deferred<@Nullable Void> stop() {
		synchronized (this) {
			if (this.state != State.RUNNING) {
				throw new ReactorNotRunningException("The reactor is not running: it has "
						+ ((this.state == State.STOPPED) ? "no start to undo" : "been asked to stop already"));
			}
			this.state = State.STOPPING;
		}
		Deferred<@Nullable Void> stopped = new Deferred<>();
		this.ended.whenComplete((nothing, ex) -> stopped.callback(null));
		this.reactor.mainLoop().post(() -> new Shutdown(this.reactor, this.shutdownTimeout).begin());
		return stopped;
	}

	void close() {
		if (beginClose()) {
			stopUnlessStopping();
			if (!this.reactor.inReactorThread()) {
				awaitEnd();
			}
			return;
		}
		// It may have ports, although it does not run.
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		new DeferredList<>(
				List.of(this.reactor.sockets().closeStreamPorts(), this.reactor.sockets().closeDatagramPorts()))
			.addBoth((done, failure) -> closed.complete(true));
		closed.completeOnTimeout(false, LAST_STEPS.toMillis(), TimeUnit.MILLISECONDS).join();
		if (!endUnlessRunning()) {
			close();
		}
	}

	/**
	 * From now on nothing lasts beyond a stop, until the next start.
	 * @return whether it has to be stopped
	 */
	private synchronized boolean beginClose() {
		this.closed = true;
		return this.state != State.STOPPED;
	}

	/** End the loops of a reactor that does not run; false if it has been started. */
	private boolean endUnlessRunning() {
		LoopResources ending;
		EventLoopGroup adopted;
		synchronized (this) {
			if (this.state != State.STOPPED) {
				return false;
			}
			ending = takeLoops();
			adopted = takeAdoptedLoops();
		}
		this.reactor.names().close();
		end(adopted);
		end(ending);
		synchronized (this) {
			if (!this.bound) {
				unbind();
			}
		}
		return true;
	}

	/** Wait for the end of a stop, though not for a callback that never returns. */
	private void awaitEnd() {
		try {
			this.ended.get(this.shutdownTimeout.plus(LAST_STEPS).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("The reactor has not stopped {} after its shutdown timeout; a callback may be blocking it",
					LAST_STEPS);
		}
	}

	private void stopUnlessStopping() {
		try {
			stop();
		}
		catch (ReactorNotRunningException ex) {
			// Somebody else stops it, or has.
		}
	}

	/**
	 * The last step of a stop, on a thread that may wait.
	 */
	void end() {
		endLoops();
		this.bodyThreads.close();
		this.slowCallbacks.stop();
		CompletableFuture<@Nullable Void> end;
		LoopResources ending;
		synchronized (this) {
			unbind();
			end = this.ended;
			this.reactor.sockets().ended();
			this.closing = false;
			this.state = State.STOPPED;
			// If it has been closed while it stopped, they do not last any more.
			ending = this.closed ? takeLoops() : null;
		}
		end(ending);
		this.reactor.threads().reactorEnded();
		end.complete(null);
	}

	/** End everything on the loops, and the loops as well unless they are to last. */
	private void endLoops() {
		LoopResources ending;
		EventLoopGroup adopted;
		boolean kept;
		synchronized (this) {
			kept = this.lasting && !this.closed;
			ending = kept ? null : takeLoops();
			adopted = takeAdoptedLoops();
		}
		this.reactor.names().close();
		end(adopted);
		end(ending);
		if (kept) {
			this.guests.close();
			for (Loop loop : this.reactor.loops()) {
				Future<?> unbound = loop.executor().submit(loop::unbind);
				if (!unbound.awaitUninterruptibly(LAST_STEPS.toMillis())) {
					// A callback blocks it. The loop's next life is not to be ended by
					// this.
					unbound.cancel(false);
				}
			}
		}
	}

	private static void end(@Nullable EventLoopGroup adopted) {
		if (adopted != null) {
			adopted.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
		}
	}

	private static void end(@Nullable LoopResources ending) {
		if (ending != null) {
			try {
				ending.disposeLater(Duration.ZERO, LAST_STEPS).block();
			}
			catch (RuntimeException ex) {
				logger.warn("The event loops did not end in time", ex);
			}
		}
	}

	/** The loops, which have to be ended by the caller; under the lock. */
	private @Nullable LoopResources takeLoops() {
		LoopResources taken = this.resources;
		this.resources = null;
		this.bound = false;
		this.lasting = false;
		return taken;
	}

	private @Nullable EventLoopGroup takeAdoptedLoops() {
		EventLoopGroup taken = this.adoptedLoops;
		this.adoptedLoops = null;
		return taken;
	}

	private void unbind() {
		this.bound = false;
		this.reactor.loops().forEach(Loop::unbind);
	}

	/** Get event loops, if the reactor has none yet. */
	synchronized void open() {
		if (this.closing) {
			throw new ReactorNotRunningException("The reactor is stopping and opens nothing any more");
		}
		EventLoopGroup group = loops();
		if (!this.bound) {
			// The same in each life, and whoever else takes his turn of them.
			Iterator<EventExecutor> each = group.iterator();
			this.reactor.loops().forEach((loop) -> loop.bind((EventLoop) each.next()));
			this.bound = true;
		}
	}

	private EventLoopGroup loops() {
		LoopResources opened = this.resources;
		if (opened == null) {
			this.eventLoops.warmUp();
			opened = this.eventLoops.open();
			this.resources = opened;
		}
		return this.eventLoops.group(opened);
	}

	/** The event loops as Netty has them; opened if there are none yet. */
	synchronized EventLoopGroup group() {
		open();
		return loops();
	}

	/** The same, to be there beyond a stop and until the reactor is closed. */
	synchronized EventLoopGroup lastingGroup() {
		if (this.closed) {
			throw new ReactorNotRunningException("The reactor has been closed and has no event loops any more");
		}
		this.lasting = true;
		return loops();
	}

	/** Who is on the loops besides the reactor, for as long as it runs. */
	GuestChannels guests() {
		return this.guests;
	}

	/** Where channels of Java's own are read that the loops cannot read. */
	synchronized EventLoop adoptedLoop() {
		if (this.adoptedLoops == null) {
			this.adoptedLoops = this.eventLoops.nioGroup();
		}
		return this.adoptedLoops.next();
	}

	/** From now on nothing can be opened, until the next start. */
	void beginClosing() {
		this.closing = true;
	}

	boolean closing() {
		return this.closing;
	}

	/** Whether there is no loop to run on, and will not be unless it is started again. */
	boolean stopped() {
		return this.state == State.STOPPED;
	}

	/** Whether it has ever been started. */
	boolean hasRun() {
		return this.hasRun;
	}

	/** Have the next start make a call; false if that has been made meanwhile. */
	synchronized boolean addStartupCall(Action call) {
		if (!stopped()) {
			return false;
		}
		this.reactor.events().addOnce(Phase.AFTER, SystemEvent.STARTUP, () -> {
			call.run();
			return null;
		});
		return true;
	}

	Duration shutdownTimeout() {
		return this.shutdownTimeout;
	}

	private enum State {

		RUNNING, STOPPING, STOPPED

	}

}
