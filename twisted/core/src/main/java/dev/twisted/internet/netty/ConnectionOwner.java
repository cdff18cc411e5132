package dev.twisted.internet.netty;

import dev.twisted.defer.CallContext;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The port or connector that a connection came from.
 */
interface ConnectionOwner {

	/** The context that a connection begins with. */
	CallContext callContext(long connection);

	/** Make the protocol; {@code null} to refuse. */
	@Nullable Protocol buildProtocol(Address peer) throws Exception;

	/** Whether one more connection of a peer is welcome. */
	default boolean admit(Address peer) {
		return true;
	}

	/** A connection that was welcome is closed. */
	default void left(Address peer) {
	}

	/** Who sees to the limits of a connection; {@code null} if it has none. */
	default @Nullable ConnectionWatch watch(StreamConnection connection, Deadlines deadlines, Protocol protocol) {
		return null;
	}

	/** What has to come first on the connection; {@code null} for nothing. */
	default @Nullable Preamble preamble() {
		return null;
	}

	/** TLS to begin with; {@code null} for none. */
	default @Nullable ContextFactory contextFactory() {
		return null;
	}

	/** Where we connected to; {@code null} if it was the peer who did. */
	default @Nullable HostAndPort destination() {
		return null;
	}

	/** What it means when the channel closes and nobody has said why. */
	default Failure reasonOfClose() {
		return new Failure(new ConnectionLost(null));
	}

	/** The conversation has failed before it could begin. */
	default void handshakeFailed(StreamConnection connection, Failure reason) {
	}

	/** There was no protocol to be had. */
	void notConnected(Failure reason);

	/** The protocol has been told that its connection is gone. */
	void connectionLost(Failure reason);

	/** The channel is closed as well. */
	void channelClosed();

}
