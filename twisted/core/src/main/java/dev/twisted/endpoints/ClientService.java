package dev.twisted.endpoints;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Callback;
import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.AlreadyCancelledException;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTime;
import dev.twisted.internet.Reactors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to an endpoint: connects when started, and again, after a wait
 * that its {@link RetryPolicy} chooses, whenever connecting has failed or the connection
 * was lost, until it is stopped. Follows Twisted's {@code ClientService}.
 * <p>
 * A connection that {@code prepareConnection} rejects is closed and counts as a failed
 * attempt, and so does one that is lost meanwhile. Stopping waits until the connection is
 * really gone.
 * <p>
 * May be used from any thread if its clock is a {@link Reactor}, otherwise belongs to one
 * thread; its Deferreds fire on the reactor's.
 */
public final class ClientService {

	private static final Logger logger = LoggerFactory.getLogger(ClientService.class);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final StreamClientEndpoint endpoint;

	private final Factory factory;

	private final RetryPolicy retryPolicy;

	private final ReactorTime clock;

	private final @Nullable Callback<? super Protocol, ? extends @Nullable Object> prepareConnection;

	private final Inbox inbox = new Inbox();

	private final List<Waiter> waiters = new ArrayList<>();

	private final List<Deferred<@Nullable Void>> stopping = new ArrayList<>();

	private volatile @Nullable String name;

	private volatile State state = State.INIT;

	private volatile int failedAttempts;

	private volatile @Nullable Failure lastFailure;

	private @Nullable Connection connection;

	private @Nullable DelayedCall futureRetry;

	/**
	 * A service on the installed reactor, with Twisted's waits.
	 * @param endpoint where to connect to
	 * @param factory makes a protocol for each connection
	 */
	public ClientService(StreamClientEndpoint endpoint, Factory factory) {
		this(endpoint, factory, BackoffPolicy.DEFAULT, Reactors.reactor(), null);
	}

	/**
	 * Make a service.
	 * @param endpoint where to connect to
	 * @param factory makes a protocol for each connection
	 * @param retryPolicy how long to wait between attempts
	 * @param clock the endpoint's reactor; a virtual clock in tests
	 * @param prepareConnection called with each new protocol before anybody else gets it,
	 * for one to log in. If it throws, or returns a Deferred that fails, the connection
	 * is rejected; a Deferred is waited for. {@code null} for nothing to do
	 */
	public ClientService(StreamClientEndpoint endpoint, Factory factory, RetryPolicy retryPolicy, ReactorTime clock,
			@Nullable Callback<? super Protocol, ? extends @Nullable Object> prepareConnection) {
		this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
		this.factory = Objects.requireNonNull(factory, "factory");
		this.retryPolicy = Objects.requireNonNull(retryPolicy, "retryPolicy");
		this.clock = Objects.requireNonNull(clock, "clock");
		this.prepareConnection = prepareConnection;
	}

	/**
	 * Connect and stay connected. Does nothing if started already.
	 */
	public void startService() {
		onReactor(this::start);
	}

	/**
	 * Give up connecting, or lose the connection, and do not connect any more. It may be
	 * started again.
	 * @return fires when there is neither a connection nor an attempt at one
	 */
	public Deferred<@Nullable Void> stopService() {
		Deferred<@Nullable Void> stopped = new Deferred<>();
		onReactor(() -> stop(stopped));
		return stopped;
	}

	/**
	 * The connection there is, or the next one.
	 * @return fires with the protocol that the factory has made, once it is connected and
	 * prepared. Fails with a {@link CancelledException} if the service is stopped before,
	 * or is so already. Cancelling it concerns nobody else
	 */
	public Deferred<Protocol> whenConnected() {
		return whenConnected(Integer.MAX_VALUE);
	}

	/**
	 * The connection there is, or the next one, unless there are too many failures first.
	 * @param failAfterFailures after how many failed attempts from now on to fail, with
	 * the last one's failure; 1 for the first
	 * @return fires as that of {@link #whenConnected()}
	 */
	public Deferred<Protocol> whenConnected(int failAfterFailures) {
		if (failAfterFailures < 1) {
			throw new IllegalArgumentException("There cannot be %d failures".formatted(failAfterFailures));
		}
		Waiter waiter = new Waiter(failAfterFailures);
		onReactor(() -> await(waiter));
		return waiter.deferred;
	}

	/**
	 * Say what to call the service in the log, instead of by its factory. May be called
	 * from any thread.
	 * @param name the name, such as {@code Client 'robot'}
	 */
	public void setName(String name) {
		this.name = Objects.requireNonNull(name, "name");
	}

	/**
	 * Where in its life the service is. May be called from any thread.
	 * @return the state at this moment
	 */
	public State state() {
		return this.state;
	}

	/**
	 * How many attempts have failed since there was a connection. May be called from any
	 * thread.
	 * @return the number, in which a lost connection counts as the first; 0 while there
	 * is one
	 */
	public int failedAttempts() {
		return this.failedAttempts;
	}

	/**
	 * Why there was no connection, the last time that there was none. May be called from
	 * any thread.
	 * @return the failure, {@code null} if there has been none since the start
	 */
	public @Nullable Failure lastFailure() {
		return this.lastFailure;
	}

	/**
	 * Where it connects to. May be called from any thread.
	 * @return the endpoint
	 */
	public StreamClientEndpoint endpoint() {
		return this.endpoint;
	}

	@Override
	public String toString() {
		return "%s to %s".formatted(name(), this.endpoint);
	}

	private String name() {
		String given = this.name;
		return (given != null) ? given : this.factory.logPrefix();
	}

	private void onReactor(Runnable event) {
		if (this.clock instanceof Reactor reactor && reactor.running() && !reactor.inReactorThread()) {
			reactor.callFromThread(() -> this.inbox.take(event));
		}
		else {
			this.inbox.take(event);
		}
	}

	// What comes in, one at a time

	private void start() {
		switch (this.state) {
			case INIT, STOPPED -> {
				this.failedAttempts = 0;
				this.lastFailure = null;
				connect();
			}
			case DISCONNECTING -> {
				this.state = State.RESTARTING;
			}
			default -> logger.debug("{} has been started already", this);
		}
	}

	private void stop(Deferred<@Nullable Void> stopped) {
		this.stopping.add(stopped);
		switch (this.state) {
			case INIT, STOPPED -> stopped();
			case WAITING -> {
				cancelRetry();
				stopped();
			}
			case CONNECTING, CONNECTED -> {
				this.state = State.DISCONNECTING;
				current().close();
			}
			case DISCONNECTING, RESTARTING -> {
				this.state = State.DISCONNECTING;
			}
		}
	}

	private void await(Waiter waiter) {
		if (this.state == State.CONNECTED) {
			waiter.succeed(current().protocol());
		}
		else if (this.state == State.STOPPED) {
			waiter.fail(stoppedFailure());
		}
		else if (!waiter.deferred.called()) {
			this.waiters.add(waiter);
		}
	}

	private void made(Connection made) {
		if (this.connection != made) {
			return;
		}
		if (made.lost != null) {
			failed(made, made.lost);
		}
		else if (this.state == State.CONNECTING) {
			this.failedAttempts = 0;
			this.state = State.CONNECTED;
			logger.info("{} connected to {}", name(), this.endpoint);
			takeWaiters().forEach((waiter) -> waiter.succeed(made.protocol()));
		}
		else {
			// Too late: it is to stop.
			made.close();
		}
	}

	private void failed(Connection failed, Failure why) {
		if (this.connection != failed) {
			return;
		}
		if (this.state == State.CONNECTING) {
			failed.reject();
			Failure reason = (failed.lost != null) ? failed.lost : why;
			this.connection = null;
			waitForRetry(reason);
			tellOfFailure(reason);
		}
		else if (!failed.open()) {
			disconnected();
		}
	}

	private void lost(Connection lost, Failure reason) {
		if (this.connection != lost) {
			return;
		}
		switch (this.state) {
			case CONNECTED -> {
				this.connection = null;
				waitForRetry(reason);
			}
			// Its preparation then fails, and with that the attempt.
			case CONNECTING -> lost.close();
			default -> disconnected();
		}
	}

	private void reconnect() {
		this.futureRetry = null;
		if (this.state == State.WAITING) {
			connect();
		}
	}

	// What is done then

	private void connect() {
		this.state = State.CONNECTING;
		Connection begun = new Connection();
		this.connection = begun;
		begun.begin();
	}

	private Connection current() {
		return Objects.requireNonNull(this.connection, "There is no connection in state " + this.state);
	}

	private void waitForRetry(Failure why) {
		this.state = State.WAITING;
		this.lastFailure = why;
		int failures = this.failedAttempts + 1;
		this.failedAttempts = failures;
		Duration delay = delay();
		logger.info("{} has no connection to {} ({}) and connects again in {}", name(), this.endpoint,
				why.value().toString(), inWords(delay));
		this.futureRetry = this.clock.callLater(delay, () -> this.inbox.take(this::reconnect));
	}

	private static String inWords(Duration delay) {
		return (delay.compareTo(SECOND) < 0) ? delay.toMillis() + " ms"
				: String.format(Locale.ROOT, "%.1f s", delay.toMillis() / 1000.0);
	}

	/** A policy that throws must not end the retries. */
	private Duration delay() {
		try {
			Duration delay = this.retryPolicy.delay(this.failedAttempts);
			if (!delay.isNegative()) {
				return delay;
			}
			logger.error("The retry policy of {} wants to wait {}", this, delay);
		}
		catch (RuntimeException ex) {
			logger.error("The retry policy of {} failed", this, ex);
		}
		return BackoffPolicy.DEFAULT.delay(this.failedAttempts);
	}

	private void cancelRetry() {
		DelayedCall retry = this.futureRetry;
		this.futureRetry = null;
		try {
			if (retry != null) {
				retry.cancel();
			}
		}
		catch (AlreadyCalledException | AlreadyCancelledException ex) {
			// It has just been made, and will find that there is nothing to do.
		}
	}

	private void tellOfFailure(Failure reason) {
		List<Waiter> tired = new ArrayList<>();
		for (Waiter waiter : List.copyOf(this.waiters)) {
			if (--waiter.failuresLeft <= 0) {
				this.waiters.remove(waiter);
				tired.add(waiter);
			}
		}
		tired.forEach((waiter) -> waiter.fail(reason));
	}

	/** The connection or the attempt that was to end has ended. */
	private void disconnected() {
		this.connection = null;
		if (this.state == State.RESTARTING) {
			List<Deferred<@Nullable Void>> done = takeStopping();
			connect();
			done.forEach(ClientService::fire);
		}
		else {
			stopped();
		}
	}

	private void stopped() {
		this.state = State.STOPPED;
		Failure failure = stoppedFailure();
		List<Deferred<@Nullable Void>> done = takeStopping();
		takeWaiters().forEach((waiter) -> waiter.fail(failure));
		done.forEach(ClientService::fire);
	}

	private static void fire(Deferred<@Nullable Void> stopped) {
		try {
			stopped.callback(null);
		}
		catch (AlreadyCalledException ex) {
			// Whoever waited has cancelled that.
		}
	}

	private Failure stoppedFailure() {
		return new Failure(new CancelledException("%s has been stopped".formatted(this)));
	}

	private List<Waiter> takeWaiters() {
		List<Waiter> taken = List.copyOf(this.waiters);
		this.waiters.clear();
		return taken;
	}

	private List<Deferred<@Nullable Void>> takeStopping() {
		List<Deferred<@Nullable Void>> taken = List.copyOf(this.stopping);
		this.stopping.clear();
		return taken;
	}

	/**
	 * Where in its life a service is.
	 */
	public enum State {

		/** Not started yet. */
		INIT,

		/** Connecting, or preparing a connection. */
		CONNECTING,

		/** Connected and prepared. */
		CONNECTED,

		/** Between two attempts. */
		WAITING,

		/** Stopping; what there was has not ended yet. */
		DISCONNECTING,

		/** As {@link #DISCONNECTING}, but started again. */
		RESTARTING,

		/** Stopped. */
		STOPPED;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * An attempt, and the connection that comes of it.
	 */
	private final class Connection implements Relay.Watcher {

		private @Nullable Deferred<?> attempt;

		/** From the moment when there is a connection. */
		private volatile @Nullable Relay relay;

		private volatile @Nullable Failure lost;

		void begin() {
			Factory watched = new RelayFactory(ClientService.this.factory, () -> this);
			Deferred<Protocol> connecting = Deferred.maybeDeferred(() -> ClientService.this.endpoint.connect(watched));
			this.attempt = connecting.<@Nullable Object>addCallback(this::prepare)
				.<@Nullable Object>addCallbacks((prepared) -> take(() -> ClientService.this.made(this)),
						(failure) -> take(() -> failed(this, failure)));
		}

		private @Nullable Object prepare(Protocol connected) throws Exception {
			Relay arrived = (Relay) connected;
			this.relay = arrived;
			Callback<? super Protocol, ? extends @Nullable Object> prepare = ClientService.this.prepareConnection;
			return (prepare != null) ? prepare.call(arrived.protocol()) : null;
		}

		private @Nullable Object take(Runnable event) {
			ClientService.this.inbox.take(event);
			return null;
		}

		Protocol protocol() {
			return Objects.requireNonNull(this.relay, "There is no connection yet").protocol();
		}

		boolean open() {
			return this.relay != null && this.lost == null;
		}

		/** End it, whatever it has come to. */
		void close() {
			reject();
			if (this.attempt != null) {
				this.attempt.cancel();
			}
		}

		/** Lose the connection, if there is one. */
		void reject() {
			Relay open = this.relay;
			if (open != null) {
				open.transport().loseConnection();
			}
		}

		@Override
		public void lost(Relay lost, Failure reason) {
			if (lost == this.relay) {
				this.lost = reason;
				ClientService.this.inbox.take(() -> ClientService.this.lost(this, reason));
			}
		}

		@Override
		public String toString() {
			return ClientService.this.toString();
		}

	}

	/**
	 * Somebody who waits for a connection.
	 */
	private final class Waiter {

		private final Deferred<Protocol> deferred = new Deferred<>(
				(cancelled) -> onReactor(() -> ClientService.this.waiters.remove(this)));

		private int failuresLeft;

		Waiter(int failuresLeft) {
			this.failuresLeft = failuresLeft;
		}

		void succeed(Protocol protocol) {
			try {
				this.deferred.callback(protocol);
			}
			catch (AlreadyCalledException ex) {
				// Cancelled meanwhile.
			}
		}

		void fail(Failure failure) {
			try {
				this.deferred.errback(failure);
			}
			catch (AlreadyCalledException ex) {
				// Cancelled meanwhile.
			}
		}

	}

}
