package dev.twisted.internet;

import java.time.Duration;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What the other side of each connection to a port says before anything else, even before
 * TLS: a load balancer tells in this way who it speaks for. The protocol is not built
 * before all of it has come in. One instance serves all connections, on every loop.
 */
public interface Preamble {

	/**
	 * Read the preamble. Called again with all bytes from the first one on whenever more
	 * have come in, until it is there.
	 * @param data the bytes; those read are the preamble, those left belong to the
	 * conversation
	 * @return what was said, {@code null} if there is more of it to come
	 * @throws Exception if this is no preamble or too long a one; closes the connection
	 * with that reason
	 */
	@Nullable Introduction read(ByteBuf data) throws Exception;

	/**
	 * How long the preamble may take, from the beginning of the connection.
	 * @return the time, more than zero
	 */
	Duration timeout();

	/**
	 * Who the conversation is with.
	 *
	 * @param peer who is connected in truth, {@code null} for the other end of the socket
	 * @param host where it connected to, {@code null} for this end of the socket
	 */
	record Introduction(@Nullable Address peer, @Nullable Address host) {

	}

}
