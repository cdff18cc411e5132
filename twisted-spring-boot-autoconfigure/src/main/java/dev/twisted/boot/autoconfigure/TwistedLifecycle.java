package dev.twisted.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.TwistedServer;
import dev.twisted.boot.TwistedServerStartedEvent;
import dev.twisted.defer.DeferredList;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.ReactorNotRunningException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops the reactor and the servers with their context. Without servers, and
 * without anybody who has asked for the reactor, it does nothing.
 */
final class TwistedLifecycle implements SmartLifecycle, TwistedRuntime {

	/**
	 * Stops after {@link TwistedGracefulShutdownLifecycle}, in whose phase web servers
	 * answer what they have been asked, for which they may need the reactor; and before
	 * those servers end.
	 */
	static final int PHASE = TwistedGracefulShutdownLifecycle.PHASE - 512;

	private static final Log logger = LogFactory.getLog(TwistedLifecycle.class);

	private final ConfigurableApplicationContext context;

	private final ObjectProvider<Reactor> reactors;

	private final ObjectProvider<ServerBinder> binder;

	private final Duration stopTimeout;

	private final Object monitor = new Object();

	private volatile State state = State.STOPPED;

	private volatile @Nullable Reactor reactor;

	private volatile List<TwistedServer> servers = List.of();

	private @Nullable Reactor watched;

	private volatile CompletableFuture<@Nullable Void> reactorEnded = CompletableFuture.completedFuture(null);

	private volatile CompletableFuture<@Nullable Void> stopped = CompletableFuture.completedFuture(null);

	private volatile boolean startedReactor;

	private volatile boolean refusedTraffic;

	TwistedLifecycle(ConfigurableApplicationContext context, ObjectProvider<Reactor> reactors,
			ObjectProvider<ServerBinder> binder, Duration stopTimeout) {
		this.context = context;
		this.reactors = reactors;
		this.binder = binder;
		this.stopTimeout = stopTimeout;
	}

	@Override
	public void start() {
		ServerBinder binder = this.binder.getIfAvailable();
		boolean hasServers = (binder != null && binder.hasServers());
		Reactor found = hasServers ? this.reactors.getObject() : reactorInUse();
		List<TwistedServer> opened;
		synchronized (this.monitor) {
			if (this.state == State.RUNNING) {
				return;
			}
			if (this.state == State.DRAINING) {
				throw new IllegalStateException("The reactor of this context is still being stopped");
			}
			if (found != null) {
				this.reactor = found;
			}
			startReactor();
			opened = (binder != null && found != null && hasServers) ? bind(binder, found) : List.of();
			this.servers = opened;
			this.state = State.RUNNING;
		}
		opened.forEach(this::announce);
		if (!opened.isEmpty() && this.refusedTraffic) {
			this.refusedTraffic = false;
			AvailabilityChangeEvent.publish(this.context, ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	/**
	 * Look after a reactor that somebody has just asked for. If the context runs already,
	 * so does the reactor from now on.
	 * @param reactor the context's reactor
	 */
	void manage(Reactor reactor) {
		synchronized (this.monitor) {
			this.reactor = reactor;
			if (this.state == State.RUNNING) {
				startReactor();
			}
		}
	}

	/** A reactor that a bean of the context has got hold of, without making one. */
	private @Nullable Reactor reactorInUse() {
		ConfigurableListableBeanFactory beanFactory = this.context.getBeanFactory();
		List<String> inUse = new ArrayList<>();
		for (String beanName : beanFactory.getBeanNamesForType(Reactor.class, true, false)) {
			if (beanFactory.containsSingleton(beanName)) {
				inUse.add(beanName);
			}
		}
		// Who defines several says with @Primary which one is the context's.
		return switch (inUse.size()) {
			case 0 -> null;
			case 1 -> beanFactory.getBean(inUse.get(0), Reactor.class);
			default -> this.reactors.getIfUnique();
		};
	}

	private void startReactor() {
		Reactor reactor = this.reactor;
		this.startedReactor = (reactor != null && !reactor.running());
		if (reactor == null || !this.startedReactor) {
			return;
		}
		this.reactorEnded = new CompletableFuture<>();
		if (this.watched != reactor) {
			this.watched = reactor;
			reactor.addSystemEventTrigger(Phase.AFTER, SystemEvent.SHUTDOWN, this::reactorHasEnded);
		}
		reactor.start();
	}

	/** Called as well when it is the application itself that stops the reactor. */
	private void reactorHasEnded() {
		this.reactorEnded.complete(null);
	}

	private List<TwistedServer> bind(ServerBinder binder, Reactor reactor) {
		boolean bound = false;
		try {
			List<TwistedServer> opened = binder.bind(reactor);
			bound = true;
			return opened;
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The servers could not be opened", ex);
		}
		finally {
			if (!bound) {
				abandonStart(reactor);
			}
		}
	}

	private void abandonStart(Reactor reactor) {
		if (this.startedReactor) {
			CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
			reactor.stop().doOnBoth(() -> ended.complete(null));
			await(ended);
		}
	}

	private void announce(TwistedServer server) {
		logger.info("Twisted server '%s' listening on %s (%s)".formatted(server.name(), server.address(),
				server.address().type()));
		this.context.publishEvent(new TwistedServerStartedEvent(this.context, server));
	}

	/**
	 * Take no more connections; those there are go on.
	 * @param callback to be run when the ports are closed, in any thread
	 */
	void stopListening(Runnable callback) {
		Reactor current = this.reactor;
		List<TwistedServer> open = this.servers;
		if (open.isEmpty() || current == null || !current.running()) {
			callback.run();
			return;
		}
		refuseTraffic();
		if (current.inReactorThread()) {
			// To wait would hold up the very thing that is waited for.
			open.forEach((server) -> server.port().stopListening());
			callback.run();
			return;
		}
		current.callFromThread(
				() -> new DeferredList<>(open.stream().map((server) -> server.port().stopListening()).toList())
					.doOnBoth(callback::run));
	}

	private void refuseTraffic() {
		if (!this.refusedTraffic) {
			this.refusedTraffic = true;
			AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
		}
	}

	@Override
	public void stop() {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		stop(() -> done.complete(null));
		Reactor reactor = this.reactor;
		if (reactor == null || !reactor.inReactorThread()) {
			await(done);
		}
	}

	@Override
	public void stop(Runnable callback) {
		Reactor current = this.reactor;
		if (current != null && current.inReactorThread()) {
			logger.error("The context is being closed on the reactor's thread, which then cannot wait for connections "
					+ "to end; close it on another one, such as with reactor.callInThread(context::close)");
			// To wait would hold up the very thing that is waited for.
			stopAndTell(() -> {
			});
			callback.run();
			return;
		}
		stopAndTell(callback);
	}

	private void stopAndTell(Runnable callback) {
		synchronized (this.monitor) {
			if (this.state == State.RUNNING) {
				this.state = State.DRAINING;
				this.stopped = new CompletableFuture<>();
				this.stopped.thenRun(callback);
			}
			else {
				this.stopped.thenRun(callback);
				return;
			}
		}
		if (!this.servers.isEmpty()) {
			refuseTraffic();
		}
		Drain drain = new Drain(this.servers, this.reactor);
		stopReactor(() -> {
			drain.report();
			this.servers = List.of();
			this.state = State.STOPPED;
			this.stopped.complete(null);
		});
	}

	private void stopReactor(Runnable whenStopped) {
		Reactor reactor = this.reactor;
		if (reactor == null || !reactor.running()) {
			whenStopped.run();
			return;
		}
		if (!this.startedReactor) {
			List<TwistedServer> open = this.servers;
			reactor.callFromThread(() -> {
				open.forEach((server) -> server.port().stopListening());
				whenStopped.run();
			});
			return;
		}
		try {
			reactor.stop().doOnBoth(whenStopped::run);
		}
		catch (ReactorNotRunningException ex) {
			// Somebody else has stopped it, and it may not have ended yet.
			this.reactorEnded.thenRun(whenStopped);
		}
	}

	private void await(CompletableFuture<@Nullable Void> future) {
		try {
			future.get(this.stopTimeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("The reactor has not stopped within " + this.stopTimeout);
		}
	}

	@Override
	public boolean isRunning() {
		return this.state != State.STOPPED;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public State state() {
		return this.state;
	}

	@Override
	public @Nullable Reactor reactor() {
		return this.reactor;
	}

	@Override
	public List<TwistedServer> servers() {
		return this.servers;
	}

	/**
	 * One stop of the servers, to be reported when it is over.
	 */
	private static final class Drain {

		private final List<TwistedServer> servers;

		private final @Nullable Reactor reactor;

		private final long begin = System.nanoTime();

		private final long abortedBefore;

		private final int connections;

		Drain(List<TwistedServer> servers, @Nullable Reactor reactor) {
			this.servers = servers;
			this.reactor = reactor;
			this.abortedBefore = aborted();
			this.connections = servers.stream().mapToInt((server) -> server.port().connections()).sum();
		}

		private long aborted() {
			return (this.reactor != null) ? this.reactor.statistics().abortedAtShutdown() : 0;
		}

		void report() {
			if (this.servers.isEmpty()) {
				return;
			}
			long aborted = aborted() - this.abortedBefore;
			String message = "Twisted servers stopped after %d ms. Connections open before: %d, aborted: %d"
				.formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.begin), this.connections, aborted);
			if (aborted > 0) {
				logger.warn(message);
			}
			else {
				logger.info(message);
			}
		}

	}

}
