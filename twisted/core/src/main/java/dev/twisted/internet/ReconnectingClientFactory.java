package dev.twisted.internet;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Failure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client factory that connects again, after a delay that grows each time, whenever it
 * could not connect or has lost the connection. Follows Twisted's
 * {@code ReconnectingClientFactory}. Call {@link #resetDelay()} once a connection has
 * proved to be good, mostly in {@code buildProtocol}: nothing else makes the delay short
 * again.
 * <p>
 * It is for {@link ReactorTCP#connectTCP} and its likes. An endpoint does not tell a
 * factory how connecting went; there a {@code ClientService} does the same work.
 * <p>
 * The delays are 2.7, 7.4, 20 seconds and so on, since the first one is multiplied as
 * well. Different from Twisted's, a delay never exceeds the longest one, chance included,
 * and what chance adds to one delay is not added to the next. Belongs to the reactor's
 * thread; set it up before it is used.
 */
public abstract class ReconnectingClientFactory extends ClientFactory {

	/** For {@link #setMaxRetries}: never give up. */
	public static final int UNLIMITED = -1;

	private static final Logger logger = LoggerFactory.getLogger(ReconnectingClientFactory.class);

	private final DoubleSupplier gaussian;

	private Duration initialDelay = Duration.ofSeconds(1);

	private Duration maxDelay = Duration.ofHours(1);

	private double factor = Math.E;

	private double jitter = 0.119626565582;

	private int maxRetries = UNLIMITED;

	private @Nullable ReactorTime clock;

	private Duration delay = this.initialDelay;

	private int retries;

	private boolean continueTrying = true;

	private @Nullable Connector connector;

	private @Nullable DelayedCall call;

	/**
	 * Begin with Twisted's values.
	 */
	protected ReconnectingClientFactory() {
		this(() -> ThreadLocalRandom.current().nextGaussian());
	}

	ReconnectingClientFactory(DoubleSupplier gaussian) {
		this.gaussian = gaussian;
	}

	/**
	 * What the first delay is made from.
	 * @param initialDelay one second at first
	 */
	public final void setInitialDelay(Duration initialDelay) {
		this.initialDelay = notNegative(initialDelay);
		this.delay = initialDelay;
	}

	/**
	 * The longest delay.
	 * @param maxDelay an hour at first
	 */
	public final void setMaxDelay(Duration maxDelay) {
		this.maxDelay = notNegative(maxDelay);
	}

	/**
	 * By what the delay is multiplied each time.
	 * @param factor e at first; at least 1
	 */
	public final void setFactor(double factor) {
		if (!(factor >= 1) || Double.isInfinite(factor)) {
			throw new IllegalArgumentException("Delays do not grow by a factor of " + factor);
		}
		this.factor = factor;
	}

	/**
	 * How much chance there is in the delays, so that many clients do not come back all
	 * at once.
	 * @param jitter the standard deviation of a delay as a part of it, 0 for none; 0.12
	 * at first
	 */
	public final void setJitter(double jitter) {
		if (!(jitter >= 0) || jitter > 1) {
			throw new IllegalArgumentException("The jitter is a part from 0 to 1, and not " + jitter);
		}
		this.jitter = jitter;
	}

	/**
	 * After how many attempts in a row to give up.
	 * @param maxRetries a number, or {@link #UNLIMITED} as at first
	 */
	public final void setMaxRetries(int maxRetries) {
		if (maxRetries < UNLIMITED) {
			throw new IllegalArgumentException("There cannot be %d retries".formatted(maxRetries));
		}
		this.maxRetries = maxRetries;
	}

	/**
	 * What measures the delays.
	 * @param clock a clock, {@code null} for the reactor of the connector, as at first
	 */
	public final void setClock(@Nullable ReactorTime clock) {
		this.clock = clock;
	}

	private static Duration notNegative(Duration delay) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("A delay cannot be negative: " + delay);
		}
		return delay;
	}

	/**
	 * How often it has been tried in a row to connect again.
	 * @return the number since the last {@link #resetDelay()}
	 */
	public final int retries() {
		return this.retries;
	}

	@Override
	public void clientConnectionFailed(Connector connector, Failure reason) {
		this.connector = connector;
		retry(connector);
	}

	@Override
	public void clientConnectionLost(Connector connector, Failure reason) {
		this.connector = connector;
		retry(connector);
	}

	/**
	 * Connect again, after the next delay. Does nothing after {@link #stopTrying()}, when
	 * there have been enough retries, and while one is waited for.
	 * @param connector what is to connect
	 */
	public final void retry(Connector connector) {
		Objects.requireNonNull(connector, "connector");
		if (!this.continueTrying || (this.call != null && this.call.active())) {
			return;
		}
		if (this.maxRetries != UNLIMITED && this.retries >= this.maxRetries) {
			logger.info("{} gives up connecting to {} after {} retries", logPrefix(), connector.getDestination(),
					this.retries);
			return;
		}
		this.retries++;
		this.delay = atMost(this.delay.toNanos() * this.factor);
		Duration wait = withJitter(this.delay);
		logger.info("{} connects to {} again in {}", logPrefix(), connector.getDestination(), wait);
		ReactorTime time = (this.clock != null) ? this.clock : connector.reactor();
		this.call = time.callLater(wait, () -> {
			this.call = null;
			connector.connect();
		});
	}

	private Duration atMost(double nanos) {
		// What is too long for a long becomes the longest one.
		Duration grown = Duration.ofNanos((long) nanos);
		return (grown.compareTo(this.maxDelay) < 0) ? grown : this.maxDelay;
	}

	/** What would be too long becomes shorter by as much, so that chance stays chance. */
	private Duration withJitter(Duration base) {
		double deviation = this.gaussian.getAsDouble() * this.jitter;
		double max = this.maxDelay.toNanos();
		double nanos = base.toNanos() * (1 + deviation);
		if (nanos > max) {
			nanos = 2 * max - nanos;
		}
		return Duration.ofNanos((long) Math.min(max, Math.max(0, nanos)));
	}

	/**
	 * Do not connect any more, and stop connecting if that is going on. A connection that
	 * has been made stays.
	 */
	public final void stopTrying() {
		this.continueTrying = false;
		DelayedCall pending = this.call;
		this.call = null;
		if (pending != null) {
			try {
				pending.cancel();
			}
			catch (AlreadyCalledException | AlreadyCancelledException ex) {
				// It is this very call that stops trying.
			}
		}
		if (this.connector != null) {
			try {
				this.connector.stopConnecting();
			}
			catch (NotConnectingException ex) {
				// It is connected, or neither.
			}
		}
	}

	@Override
	public void startedConnecting(Connector connector) {
		this.connector = connector;
	}

	/**
	 * The connection is good: the next delay is the first one again, all retries are
	 * allowed again, and trying goes on if it has been stopped.
	 */
	public final void resetDelay() {
		this.delay = this.initialDelay;
		this.retries = 0;
		this.continueTrying = true;
	}

}
