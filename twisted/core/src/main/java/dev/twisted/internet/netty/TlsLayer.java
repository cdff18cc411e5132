package dev.twisted.internet.netty;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.ContextFactory;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * TLS on one connection: Netty's handler between the channel and the connection's own. A
 * server does not know which engine to use before it has seen which name the client asks
 * for; until then what is written waits here, so that nothing can leave in plain text.
 */
final class TlsLayer {

	/** The handler's name in the pipeline. */
	private static final String HANDLER = "tls";

	/** Many times what a client hello has to be; how much of it we hold. */
	private static final int MAX_CLIENT_HELLO = 64 * 1024;

	/** The rest of the goodbye waits for no more. */
	private static final long CLOSE_NOTIFY_MILLIS = 1000;

	private final ContextFactory contextFactory;

	/** Where we connected to as a client; {@code null} on a server. */
	private final @Nullable HostAndPort destination;

	private volatile @Nullable SslHandler handler;

	private volatile State state = State.HANDSHAKING;

	TlsLayer(ContextFactory contextFactory, @Nullable HostAndPort destination) {
		this.contextFactory = contextFactory;
		this.destination = destination;
	}

	/** The handler to begin with. */
	ChannelHandler first() throws SSLException {
		HostAndPort destination = this.destination;
		if (destination == null) {
			return new ClientHello();
		}
		return handler(this.contextFactory.clientEngine((destination.port() == 0) ? null : destination.host(),
				destination.port()));
	}

	private SslHandler handler(SSLEngine engine) {
		SslHandler made = new SslHandler(engine);
		// The connection has a time limit of its own, which includes the client's hello.
		made.setHandshakeTimeoutMillis(0);
		made.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
		this.handler = made;
		return made;
	}

	boolean handshaking() {
		return this.state == State.HANDSHAKING;
	}

	boolean failed() {
		return this.state == State.FAILED;
	}

	void established() {
		this.state = State.ESTABLISHED;
	}

	/**
	 * Something has gone wrong.
	 * @return whether it was the handshake that has failed just now
	 */
	boolean fail() {
		boolean handshake = handshaking();
		this.state = State.FAILED;
		return handshake;
	}

	/**
	 * Say that nothing more comes, behind everything that was written.
	 * @param channel whose output is to be shut down after that; {@code null} to leave it
	 * open
	 */
	void closeOutput(@Nullable DuplexChannel channel) {
		SslHandler present = this.handler;
		if (present == null) {
			if (channel != null) {
				channel.shutdownOutput();
			}
			return;
		}
		ChannelFuture said = present.closeOutbound();
		if (channel != null) {
			said.addListener((done) -> channel.shutdownOutput());
		}
	}

	/**
	 * Put a handler before the connection's own; what was written so far goes past it. On
	 * the channel's loop.
	 */
	static void putBefore(ChannelHandlerContext context, ChannelHandler handler, @Nullable ByteBuf plain) {
		if (plain != null) {
			context.writeAndFlush(plain, context.voidPromise());
		}
		if (!context.isRemoved()) {
			context.pipeline().addBefore(context.name(), HANDLER, handler);
		}
	}

	/**
	 * As {@link #putBefore}, from another thread. The connection's handler is told where
	 * in its input that was.
	 */
	static void putBeforeLater(ChannelHandlerContext context, ChannelHandler handler, @Nullable ByteBuf plain) {
		// One step on the channel's loop, or input could slip in between.
		context.channel().eventLoop().execute(() -> {
			putBefore(context, handler, plain);
			ChannelHandlerContext there = context.pipeline().context(HANDLER);
			if (there != null) {
				there.fireUserEventTriggered(Marker.IN_PLACE);
			}
		});
	}

	// What users ask for, on any thread

	@Nullable SSLSession session() {
		SslHandler present = this.handler;
		return (present != null && this.state == State.ESTABLISHED) ? present.engine().getSession() : null;
	}

	@Nullable X509Certificate peerCertificate() {
		SSLSession session = session();
		if (session == null) {
			return null;
		}
		try {
			Certificate[] chain = session.getPeerCertificates();
			return (chain.length > 0 && chain[0] instanceof X509Certificate certificate) ? certificate : null;
		}
		catch (SSLPeerUnverifiedException ex) {
			return null;
		}
	}

	@Nullable String negotiatedProtocol() {
		SslHandler present = this.handler;
		if (present == null || this.state != State.ESTABLISHED) {
			return null;
		}
		String agreed = present.engine().getApplicationProtocol();
		return (agreed == null || agreed.isEmpty()) ? null : agreed;
	}

	/**
	 * What TLS says has gone wrong, if this is about TLS.
	 * @return the cause to show, {@code null} if this is about something else
	 */
	static @Nullable SSLException causeIn(Throwable thrown) {
		Throwable cause = unwrap(thrown);
		if (cause instanceof NotSslRecordException) {
			// The original quotes all that the peer has sent.
			return new SSLException("what came in is not TLS; the peer speaks something else");
		}
		if (cause instanceof SSLException known) {
			return known;
		}
		return (thrown instanceof DecoderException) ? new SSLException(String.valueOf(cause.getMessage()), cause)
				: null;
	}

	/** Whether nobody on this side needs to hear of it. */
	static boolean isPeersFault(Throwable thrown) {
		Throwable cause = unwrap(thrown);
		return cause instanceof SSLException || cause instanceof DecoderException;
	}

	private static Throwable unwrap(Throwable thrown) {
		Throwable cause = thrown.getCause();
		return (thrown instanceof DecoderException && cause != null) ? cause : thrown;
	}

	/**
	 * Marks the place in the stream of events where TLS begins.
	 */
	enum Marker {

		IN_PLACE

	}

	private enum State {

		HANDSHAKING, ESTABLISHED, FAILED

	}

	/**
	 * Waits for the client's hello, and gives way to the engine for the name that it asks
	 * for.
	 */
	private final class ClientHello extends AbstractSniHandler<SSLEngine> {

		private @Nullable PendingWriteQueue writes;

		/** Made once, however often it is asked for after it could not be made. */
		private @Nullable Future<SSLEngine> engine;

		ClientHello() {
			super(MAX_CLIENT_HELLO, 0);
		}

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			PendingWriteQueue waiting = this.writes;
			if (waiting == null) {
				waiting = new PendingWriteQueue(context);
				this.writes = waiting;
			}
			waiting.add(message, promise);
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) throws Exception {
			if (this.writes != null) {
				this.writes.removeAndFailAll(new SSLHandshakeException("The connection was closed before TLS began"));
			}
			super.channelInactive(context);
		}

		@Override
		protected Future<SSLEngine> lookup(ChannelHandlerContext context, @Nullable String serverName) {
			Future<SSLEngine> made = this.engine;
			if (made == null) {
				made = make(context, (serverName == null || serverName.isEmpty()) ? null : serverName);
				this.engine = made;
			}
			return made;
		}

		private Future<SSLEngine> make(ChannelHandlerContext context, @Nullable String serverName) {
			try {
				return context.executor().newSucceededFuture(TlsLayer.this.contextFactory.serverEngine(serverName));
			}
			catch (Exception ex) {
				return context.executor().newFailedFuture(ex);
			}
		}

		@Override
		protected void onLookupComplete(ChannelHandlerContext context, @Nullable String serverName,
				Future<SSLEngine> engine) throws Exception {
			if (!engine.isSuccess()) {
				throw new DecoderException(engine.cause());
			}
			SslHandler made = handler(engine.getNow());
			context.pipeline().replace(this, context.name(), made);
			if (this.writes != null) {
				// Goes through the handler that has taken this one's place.
				this.writes.removeAndWriteAll();
				context.flush();
			}
		}

	}

}
