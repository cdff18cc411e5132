package dev.twisted.internet;

import java.security.cert.X509Certificate;

import javax.net.ssl.SSLSession;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One connection, as the protocol on it sees it. Follows Twisted's {@code ITCPTransport},
 * {@code ITLSTransport} and {@code ISSLTransport}.
 * <p>
 * May be used from any thread; the order of each caller's calls is kept. On a connection
 * that is gone every call does nothing.
 * <p>
 * As a {@link PushProducer} it is what the peer sends: {@code pauseProducing} stops
 * reading, {@code resumeProducing} goes on with it, {@code stopProducing} loses the
 * connection.
 * <p>
 * What is written is gathered and sent once per turn of the loop. While more than 64 KiB
 * wait for the peer, the registered producer is paused; without one, reading from the
 * peer is.
 */
public interface Transport extends Consumer, PushProducer {

	/**
	 * Send bytes.
	 * @param data the bytes, which must not be changed afterwards
	 */
	@Override
	void write(byte[] data);

	/**
	 * Send bytes.
	 * @param data the bytes; the transport releases the buffer
	 */
	void write(ByteBuf data);

	/**
	 * Send some pieces in their order.
	 * @param data the pieces, which must not be changed afterwards
	 */
	void writeSequence(Iterable<byte[]> data);

	/**
	 * Read no more, send what was written, then close. A pull producer may finish first.
	 */
	void loseConnection();

	/**
	 * Close now; what was not sent is dropped and the peer sees a reset.
	 */
	void abortConnection();

	/**
	 * Send what was written, then close our direction; reading goes on. A
	 * {@link HalfCloseableProtocol} is told when it is done.
	 */
	void loseWriteConnection();

	/**
	 * Close for a reason of one's own: what was written is offered to the peer once, then
	 * the protocol's {@code connectionLost} gets the reason.
	 * @param reason why
	 */
	void failConnection(Failure reason);

	/**
	 * Whether this end is closing the connection, or has closed it. Once that is so,
	 * input that is left over is of no interest any more. On the connection's loop.
	 * @return true from {@link #loseConnection}, {@link #failConnection} or
	 * {@link #abortConnection} on, and when the connection is gone
	 */
	boolean disconnecting();

	/**
	 * Run something on the loop of this connection, in a later turn. An exception closes
	 * the connection with that reason. It runs also when the connection is gone.
	 * @param call what to run
	 */
	void callFromThread(Action call);

	/**
	 * The other end.
	 * @return its address
	 */
	Address getPeer();

	/**
	 * This end.
	 * @return its address
	 */
	Address getHost();

	/**
	 * Whether small pieces are sent at once.
	 * @return true if Nagle's algorithm is off, as it is at first
	 */
	boolean getTcpNoDelay();

	/**
	 * Send small pieces at once or not.
	 * @param enabled whether Nagle's algorithm is off
	 */
	void setTcpNoDelay(boolean enabled);

	/**
	 * Whether the operating system looks after a silent peer.
	 * @return true if keep-alive is on
	 */
	boolean getTcpKeepAlive();

	/**
	 * Have the operating system look after a silent peer or not.
	 * @param enabled whether keep-alive is on
	 */
	void setTcpKeepAlive(boolean enabled);

	/**
	 * Speak TLS from here on. What was written before goes out as it is, what is written
	 * afterwards waits for the handshake. What has been received and not yet been
	 * delivered is thrown away, and {@link Protocol#tlsStarting()} tells the protocol to
	 * throw away what it has kept: bytes that came in before TLS must not count as if
	 * they had come in under it.
	 * <p>
	 * The side that connected is the client. A {@link HandshakeListener} is told when the
	 * handshake has succeeded; if it fails, the connection is lost.
	 * <p>
	 * On another thread than the reactor's, the peer may answer what was written before
	 * this is called, and its handshake then counts as plain text: have the cue written
	 * and TLS started by one {@link #callFromThread call}.
	 * @param contextFactory certificate and rules
	 * @throws IllegalStateException if this connection speaks TLS already
	 * @throws UnsupportedOperationException if this transport cannot speak TLS
	 */
	default void startTLS(ContextFactory contextFactory) {
		throw new UnsupportedOperationException("%s cannot speak TLS".formatted(this));
	}

	/**
	 * Who the peer has proved to be. May be called from any thread.
	 * @return its certificate, {@code null} if it has not shown one, or not yet
	 */
	default @Nullable X509Certificate getPeerCertificate() {
		return null;
	}

	/**
	 * What both sides have agreed to speak inside TLS (ALPN, RFC 7301). May be called
	 * from any thread.
	 * @return the protocol's name, {@code null} if none was agreed on, or not yet
	 */
	default @Nullable String negotiatedProtocol() {
		return null;
	}

	/**
	 * The TLS session: version, cipher suite, the peer's chain of certificates. May be
	 * called from any thread.
	 * @return the session, {@code null} before a handshake has succeeded
	 */
	default @Nullable SSLSession getTLSSession() {
		return null;
	}

}
