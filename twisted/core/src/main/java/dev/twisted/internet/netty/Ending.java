package dev.twisted.internet.netty;

import java.io.IOException;
import java.time.Duration;

import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.Protocol;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends, and the reason that its protocol is told, once. Loop thread
 * only, but for {@link #lost()}.
 * <p>
 * An orderly close ends the output first and reads on, without telling anybody, until the
 * peer has closed too or two seconds are over: closing a socket with unread input makes
 * the operating system reset the connection, and the peer may lose what it was owed.
 */
final class Ending {

	private static final Duration FAREWELL = Duration.ofSeconds(2);

	private final StreamConnection connection;

	/** Why the connection ends, once that is known. */
	private @Nullable Failure reason;

	private boolean begun;

	/** Volatile for those on other threads, who look before they ask the loop. */
	private volatile boolean lost;

	Ending(StreamConnection connection) {
		this.connection = connection;
	}

	/** Whether it is to end as soon as everything has been sent. */
	boolean begun() {
		return this.begun;
	}

	/** Whether the protocol has been told. Any thread may ask. */
	boolean lost() {
		return this.lost;
	}

	/** Whether something has gone wrong; an orderly close may still do so. */
	private boolean hasFailed() {
		return this.reason != null && this.reason != ConnectionDone.FAILURE;
	}

	private Failure reasonOr(Failure otherwise) {
		return (this.reason != null) ? this.reason : otherwise;
	}

	/** There is no protocol to be told. */
	void refuse(Failure why) {
		this.lost = true;
		this.connection.unlist();
		this.connection.owner().notConnected(why);
		this.connection.channel().close();
	}

	/** Read no more, and close when everything has been sent. */
	void begin(Failure why) {
		if (!this.begun) {
			this.begun = true;
			this.reason = why;
			this.connection.incoming().update();
		}
	}

	void lose() {
		if (!this.lost && !this.begun) {
			begin(ConnectionDone.FAILURE);
			this.connection.outgoing().scheduleFlush();
		}
	}

	/** Send what the socket takes at once, and close. */
	void fail(Failure why) {
		if (this.lost || hasFailed()) {
			return;
		}
		this.begun = true;
		this.reason = why;
		this.connection.incoming().update();
		this.connection.loop().executor().execute(() -> {
			Outgoing outgoing = this.connection.outgoing();
			if (!this.lost && !outgoing.peerBehind()) {
				outgoing.push();
			}
			if (outgoing.peerBehind()) {
				this.connection.channel().close();
			}
			else {
				close();
			}
		});
	}

	/** The peer is too slow. */
	void giveUp(Failure why) {
		if (!this.begun) {
			fail(why);
			return;
		}
		// It does not even take what was to be sent before the end.
		if (!hasFailed()) {
			this.reason = why;
		}
		this.connection.channel().close();
	}

	/** The socket has failed. */
	void broken(IOException cause) {
		if (!hasFailed()) {
			this.reason = new Failure(new ConnectionLost(cause));
		}
		this.connection.channel().close();
	}

	void tlsFailed(Throwable cause) {
		TlsLayer layer = this.connection.tls();
		if (!this.lost) {
			boolean handshake = (layer == null || layer.fail());
			if (handshake) {
				this.connection.cancelDeadline();
			}
			if (!hasFailed()) {
				this.begun = true;
				this.reason = new Failure((cause instanceof TimeoutException) ? cause : new ConnectionLost(cause));
				if (handshake) {
					this.connection.owner().handshakeFailed(this.connection, this.reason);
				}
			}
		}
		this.connection.channel().close();
	}

	void abort() {
		DuplexChannel channel = this.connection.channel();
		if (!this.lost) {
			this.begun = true;
			this.reason = ConnectionAborted.FAILURE;
			this.connection.outgoing().clear();
			this.connection.incoming().update();
		}
		if (channel.isOpen()) {
			// Makes the close a reset.
			channel.config().setOption(ChannelOption.SO_LINGER, 0);
			// Past TLS, which would take the time to say goodbye.
			ChannelHandlerContext first = channel.pipeline().firstContext();
			if (first != null) {
				first.close();
			}
		}
	}

	/** Everything has been sent: tell the protocol, and say goodbye to the peer. */
	void close() {
		if (this.lost) {
			return;
		}
		DuplexChannel channel = this.connection.channel();
		TlsLayer layer = this.connection.tls();
		boolean farewell = !this.connection.incoming().hasEnded() && channel.isActive();
		if (farewell && layer != null) {
			layer.closeOutput(channel);
		}
		else if (farewell && !this.connection.outgoing().closed()) {
			channel.shutdownOutput();
		}
		tell(reasonOr(ConnectionDone.FAILURE));
		this.connection.cancelDeadline();
		if (farewell) {
			this.connection.deadline(FAREWELL, channel::close);
			this.connection.incoming().update();
		}
		else {
			channel.close();
		}
	}

	/** The channel has been closed, by whomever. */
	void channelClosed() {
		if (this.reason != null) {
			tell(this.reason);
		}
		else {
			tell(this.connection.incoming().outlived() ? this.connection.owner().reasonOfClose()
					: ConnectionDone.FAILURE);
		}
	}

	/** Whether nobody has said yet why it ends. */
	boolean unexplained() {
		return !this.lost && this.reason == null;
	}

	/** The loop is about to end, and nobody is going to close this any more. */
	void reactorEnded() {
		this.connection.channel().close();
		Failure known = this.reason;
		tell((known != null && hasFailed()) ? known
				: new Failure(new ConnectionLost(new IOException("the reactor has stopped"))));
	}

	/** Tell everybody, once. */
	private void tell(Failure why) {
		if (this.lost) {
			return;
		}
		this.lost = true;
		StreamConnection connection = this.connection;
		connection.outgoing().clear();
		connection.incoming().releaseHeld();
		connection.unlist();
		ConnectionWatch watch = connection.watch();
		if (watch != null) {
			watch.end();
		}
		connection.outgoing().stopProducer();
		Protocol receiver = connection.protocol();
		if (receiver == null) {
			connection.owner().notConnected(why);
			return;
		}
		connection.loop().reactor().sockets().connectionLost();
		connection.loop().call(connection, connection, () -> receiver.deliverConnectionLost(why));
		connection.owner().connectionLost(why);
	}

}
