package dev.twisted.protocols.haproxy;

import java.time.Duration;

import dev.twisted.internet.Preamble;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol, version 1 and 2, as the preamble of a port: the load balancer says
 * first who it speaks for, and the protocol's transport then has that peer and that host.
 * Follows Twisted's {@code HAProxyProtocolWrapper} and the specification
 * {@code proxy-protocol.txt} of HAProxy.
 * <p>
 * Every connection has to begin with a header, or anybody could say to be anybody: use it
 * only on ports that nobody but the load balancer can reach. A header may come in pieces.
 * {@code LOCAL}, {@code UNKNOWN} and {@code UNSPEC} keep the addresses of the socket.
 */
public final class ProxyProtocol implements Preamble {

	/** How long the header may take, if nothing else is asked for. */
	public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

	private static final byte[] SIGNATURE_2 = { 0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54,
			0x0A };

	private static final byte[] SIGNATURE_1 = { 'P', 'R', 'O', 'X', 'Y', ' ' };

	private final Duration timeout;

	/**
	 * Wait ten seconds for the header.
	 */
	public ProxyProtocol() {
		this(DEFAULT_TIMEOUT);
	}

	/**
	 * Wait some time for the header.
	 * @param timeout how long, more than zero
	 */
	public ProxyProtocol(Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("A header takes longer than " + timeout);
		}
		this.timeout = timeout;
	}

	@Override
	public Duration timeout() {
		return this.timeout;
	}

	/**
	 * Read the header.
	 * @param data all bytes from the first one on
	 * @return who the connection is with, {@code null} if there is more of the header to
	 * come
	 * @throws InvalidProxyHeaderException if there is no header, or one that is not well
	 * formed
	 */
	@Override
	public @Nullable Introduction read(ByteBuf data) throws InvalidProxyHeaderException {
		if (beginsLike(data, SIGNATURE_2)) {
			return (data.readableBytes() < SIGNATURE_2.length) ? null : HeaderV2.read(data);
		}
		if (beginsLike(data, SIGNATURE_1)) {
			return (data.readableBytes() < SIGNATURE_1.length) ? null : HeaderV1.read(data);
		}
		throw new InvalidProxyHeaderException("The connection does not begin with a header of the PROXY protocol");
	}

	/** Whether the bytes, as far as they are there, are those of a signature. */
	private static boolean beginsLike(ByteBuf data, byte[] signature) {
		int length = Math.min(data.readableBytes(), signature.length);
		for (int i = 0; i < length; i++) {
			if (data.getByte(data.readerIndex() + i) != signature[i]) {
				return false;
			}
		}
		return true;
	}

}
