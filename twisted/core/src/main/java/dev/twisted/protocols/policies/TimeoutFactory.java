package dev.twisted.protocols.policies;

import java.time.Duration;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;

/**
 * Closes connections on which nothing is received nor written for too long. Follows
 * Twisted's {@code TimeoutFactory}.
 */
public class TimeoutFactory extends WrappingFactory {

	/** How long nothing may happen, if nothing else is asked for. */
	public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

	private final ReactorTime time;

	private final Duration timeout;

	/**
	 * Wrap a factory, with {@link #DEFAULT_TIMEOUT}.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param time the reactor, or a virtual clock
	 */
	public TimeoutFactory(Factory wrappedFactory, ReactorTime time) {
		this(wrappedFactory, time, DEFAULT_TIMEOUT);
	}

	/**
	 * Wrap a factory.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param time the reactor, or a virtual clock
	 * @param timeout how long nothing may happen on a connection
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	public TimeoutFactory(Factory wrappedFactory, ReactorTime time, Duration timeout) {
		super(wrappedFactory);
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("A time limit cannot be negative: " + timeout);
		}
		this.time = time;
		this.timeout = timeout;
	}

	@Override
	protected ProtocolWrapper wrap(Protocol protocol, Address address) {
		return new TimeoutProtocol(this, protocol, this.time, this.timeout);
	}

}
