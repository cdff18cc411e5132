package dev.twisted.internet.netty;

import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.Producer;
import dev.twisted.internet.PushProducer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on a connection: gathered while input is being read, and flushed once
 * when it has been. As long as the peer takes everything at once, no promise and no
 * listener is made; only when the socket is full does an empty write after the data tell
 * that all of it has gone. That moment resumes producers and reading, and is when an
 * orderly close closes. Loop thread only.
 */
final class Outgoing implements Loop.Flushable {

	/** Above this many bytes of waiting output producers and reading pause. */
	static final int HIGH_WATER_MARK = 64 * 1024;

	private final StreamConnection connection;

	private final Output gathered = new Output();

	private @Nullable Producer producer;

	/** Output that Netty holds because the socket is full. */
	private long unsent;

	private boolean streaming;

	private boolean producerPaused;

	private boolean flushScheduled;

	private boolean peerBehind;

	/** Whether a limit wants it to wait. */
	private boolean heldBack;

	/** Whether the user wants it to end behind what is written. */
	private boolean closing;

	private boolean closed;

	Outgoing(StreamConnection connection) {
		this.connection = connection;
	}

	// Bytes

	void write(ChannelHandlerContext context, byte[] data) {
		this.gathered.add(context, data);
		written();
	}

	/** Write a buffer, which belongs to this from now on. */
	void write(ChannelHandlerContext context, ByteBuf data) {
		this.gathered.add(context, data);
		written();
	}

	private void written() {
		if (bytes() > HIGH_WATER_MARK) {
			if (this.producer instanceof PushProducer push && this.streaming && !this.producerPaused) {
				this.producerPaused = true;
				this.connection.guard(push::pauseProducing);
			}
			if (!behind()) {
				// Do not gather without bound while a long read goes on.
				push();
			}
			applyBackPressure();
		}
		scheduleFlush();
	}

	/** What waits here and in the channel. */
	private long bytes() {
		return this.gathered.bytes() + this.unsent;
	}

	void scheduleFlush() {
		if (!this.flushScheduled && !behind() && !this.connection.incoming().reading()) {
			this.flushScheduled = true;
			this.connection.incoming().outliveEnd();
			this.connection.loop().flushLater(this);
		}
	}

	/**
	 * Send what was gathered. Never called by user code, so that what follows from an
	 * empty buffer does not happen inside a call of the user's.
	 */
	@Override
	public void flush() {
		this.flushScheduled = false;
		if (this.connection.ending().lost()) {
			return;
		}
		if (!behind()) {
			push();
		}
		this.connection.incoming().outliveEnd();
		if (behind()) {
			applyBackPressure();
		}
		else {
			drained();
		}
	}

	/** Whether output has to wait, for the peer or for its time. */
	private boolean behind() {
		return this.peerBehind || this.heldBack;
	}

	boolean peerBehind() {
		return this.peerBehind;
	}

	/** Whether something is still to be sent. */
	boolean unfinished() {
		return this.flushScheduled || behind();
	}

	/** Give what was gathered to the socket, and tell who watches its limits. */
	void push() {
		int bytes = this.gathered.bytes();
		send();
		ConnectionWatch watch = this.connection.watch();
		if (watch != null && bytes > 0 && !this.connection.ending().lost()) {
			watch.sent(bytes, !this.peerBehind);
		}
		if (behind()) {
			this.connection.incoming().outliveEnd();
		}
	}

	/** Give what was gathered to the socket, and find out whether it took it all. */
	private void send() {
		ChannelHandlerContext context = this.connection.context();
		// All of it: what lies before the last piece is with the channel already.
		int bytes = this.gathered.bytes();
		ByteBuf data = this.gathered.take();
		if (data == null || context == null) {
			return;
		}
		if (!this.connection.direct()) {
			this.peerBehind = true;
			this.unsent = bytes;
			context.writeAndFlush(data).addListener(this::sent);
		}
		else if (this.connection.tls() != null) {
			sendThroughTls(context, data, bytes);
		}
		else {
			context.writeAndFlush(data, context.voidPromise());
			ChannelOutboundBuffer left = buffer();
			if (left != null && !left.isEmpty()) {
				this.peerBehind = true;
				this.unsent = left.totalPendingWriteBytes();
				context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this::sent);
			}
		}
	}

	/**
	 * TLS keeps what it cannot send yet to itself, so the channel does not know of it.
	 */
	private void sendThroughTls(ChannelHandlerContext context, ByteBuf data, int bytes) {
		ChannelFuture sending = context.writeAndFlush(data);
		if (!sending.isSuccess()) {
			this.peerBehind = true;
			this.unsent = bytes;
			sending.addListener(this::sent);
		}
	}

	private @Nullable ChannelOutboundBuffer buffer() {
		return this.connection.channel().unsafe().outboundBuffer();
	}

	/** Everything that was pushed has gone. */
	private void sent(Future<?> sent) {
		this.peerBehind = false;
		this.unsent = 0;
		if (sent.isSuccess()) {
			ConnectionWatch watch = this.connection.watch();
			if (watch != null) {
				watch.drained();
			}
			flush();
		}
		else if (this.connection.tls() != null) {
			// In a while: what has gone wrong is about to be told.
			this.peerBehind = true;
			this.connection.loop().executor().execute(this.connection.channel()::close);
		}
		else if (!this.connection.direct()) {
			this.connection.channel().close();
		}
	}

	private void applyBackPressure() {
		if (behind() && this.producer == null && bytes() > HIGH_WATER_MARK) {
			this.connection.incoming().backPressure(true);
		}
	}

	/** Nothing waits to be sent. */
	private void drained() {
		this.connection.incoming().backPressure(false);
		Producer producer = this.producer;
		TlsLayer layer = this.connection.tls();
		if (producer != null && (!this.streaming || this.producerPaused)) {
			this.producerPaused = false;
			this.connection.guard(producer::resumeProducing);
		}
		else if (this.connection.ending().begun()) {
			this.connection.ending().close();
		}
		else if (this.closing && !this.closed && (layer == null || !layer.handshaking())) {
			close();
		}
	}

	/** What was gathered so far, which is to go before anything else. */
	@Nullable ByteBuf take() {
		return this.gathered.take();
	}

	/** Drop what was gathered. */
	void clear() {
		this.gathered.clear();
	}

	// Producers

	void register(Producer producer, boolean streaming) {
		if (this.producer != null) {
			throw new IllegalStateException("%s has a producer already: %s".formatted(this.connection, this.producer));
		}
		if (!this.connection.writable()) {
			this.connection.inContext(producer::stopProducing);
			return;
		}
		this.producer = producer;
		this.streaming = streaming;
		this.producerPaused = false;
		if (!streaming) {
			this.connection.inContext(producer::resumeProducing);
		}
	}

	void unregister() {
		this.producer = null;
		if (!this.connection.ending().lost()) {
			// A close may have waited for this.
			scheduleFlush();
		}
	}

	void stopProducer() {
		Producer producer = this.producer;
		this.producer = null;
		if (producer != null) {
			this.connection.guard(producer::stopProducing);
		}
	}

	// Limits

	/**
	 * Send no more for a while, for the sake of a limit; what is written waits as if the
	 * peer did not take it.
	 * @return false if that is so already
	 */
	boolean holdBack() {
		boolean before = this.heldBack;
		this.heldBack = true;
		return !before;
	}

	void goOn() {
		this.heldBack = false;
		if (!this.peerBehind) {
			flush();
		}
	}

	boolean heldBack() {
		return this.heldBack;
	}

	/** How far it has come: changes whenever the socket has taken something. */
	long mark() {
		ChannelOutboundBuffer buffer = buffer();
		Object piece = (buffer != null) ? buffer.current() : null;
		return (buffer != null && piece != null) ? System.identityHashCode(piece) + (buffer.currentProgress() << 32)
				: 0;
	}

	// The end

	/** End behind what is written. */
	void closeWhenSent() {
		this.closing = true;
		scheduleFlush();
	}

	private void close() {
		this.closed = true;
		TlsLayer layer = this.connection.tls();
		if (layer != null) {
			// TLS has a half-close of its own, and may need the other half still.
			layer.closeOutput(null);
		}
		else {
			this.connection.channel().shutdownOutput();
		}
		HalfCloseableProtocol half = this.connection.adapted(HalfCloseableProtocol.class);
		if (half != null) {
			this.connection.guard(half::writeConnectionLost);
		}
		if (this.connection.incoming().isOver()) {
			this.connection.ending().begin(ConnectionDone.FAILURE);
			scheduleFlush();
		}
	}

	/** Whether no more may be written. */
	boolean closing() {
		return this.closing;
	}

	boolean closed() {
		return this.closed;
	}

	@Override
	public String toString() {
		return this.connection.toString();
	}

}
