package dev.twisted.protocols.policies;

import java.time.Duration;

import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A wrapper that closes the connection when nothing has been received nor written for too
 * long; the reason is a {@link TimeoutException}. Follows Twisted's
 * {@code TimeoutProtocol}.
 */
public class TimeoutProtocol extends ProtocolWrapper {

	private final ConnectionTimeout timeout;

	private final Duration period;

	/**
	 * Wrap a protocol.
	 * @param factory the factory that makes this wrapper
	 * @param wrappedProtocol the protocol
	 * @param time the reactor, or a virtual clock
	 * @param period how long nothing may happen
	 */
	public TimeoutProtocol(WrappingFactory factory, Protocol wrappedProtocol, ReactorTime time, Duration period) {
		super(factory, wrappedProtocol);
		this.period = period;
		this.timeout = new ConnectionTimeout(time, this::timedOut);
	}

	private void timedOut() throws Exception {
		timeoutConnection();
	}

	/**
	 * Nothing has happened for too long. The default closes the connection with a
	 * {@link TimeoutException}.
	 * @throws Exception is logged and counted
	 */
	protected void timeoutConnection() throws Exception {
		failConnection(
				new Failure(new TimeoutException("%s has been silent for too long: %s".formatted(this, this.period))));
	}

	/**
	 * Change the time limit, and start over. On the connection's loop.
	 * @param period how long nothing may happen, {@code null} for any time
	 * @return what it was before
	 */
	public final @Nullable Duration setTimeout(@Nullable Duration period) {
		return this.timeout.setTimeout(period);
	}

	/**
	 * Something has happened: start over. May be called from any thread.
	 */
	public final void resetTimeout() {
		this.timeout.resetTimeout();
	}

	@Override
	protected void connectionMade() throws Exception {
		this.timeout.setTimeout(this.period);
		super.connectionMade();
	}

	@Override
	protected void dataReceived(ByteBuf data) throws Exception {
		resetTimeout();
		super.dataReceived(data);
	}

	@Override
	protected void connectionLost(Failure reason) throws Exception {
		this.timeout.setTimeout(null);
		super.connectionLost(reason);
	}

	@Override
	public void write(byte[] data) {
		resetTimeout();
		super.write(data);
	}

	@Override
	public void write(ByteBuf data) {
		resetTimeout();
		super.write(data);
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		resetTimeout();
		super.writeSequence(data);
	}

}
