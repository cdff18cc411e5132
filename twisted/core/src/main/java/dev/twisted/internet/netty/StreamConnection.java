package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallContext;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectException;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection, through TCP or a Unix socket: the only handler on its channel unless it
 * speaks TLS, and the transport of its protocol.
 * <p>
 * Output is gathered while input is being read, and flushed once when it has been. As
 * long as the peer takes everything at once, no promise and no listener is made; only
 * when the socket is full does an empty write after the data tell that all of it has
 * gone. That moment resumes producers and reading, and is when an orderly close closes.
 * <p>
 * An orderly close ends the output first and reads on, without telling anybody, until the
 * peer has closed too or two seconds are over: closing a socket with unread input makes
 * the operating system reset the connection, and the peer may lose what it was owed.
 */
final class StreamConnection extends ChannelInboundHandlerAdapter implements Transport, Contextual, Loop.Flushable {

	/** Above this many bytes of waiting output producers and reading pause. */
	static final int HIGH_WATER_MARK = 64 * 1024;

	private static final long FAREWELL_MILLIS = 2000;

	private final Loop loop;

	private final DuplexChannel channel;

	private final Owner owner;

	/** Whether the channel is read on the loop that the protocol runs on. */
	private final boolean direct;

	private final Output output = new Output();

	private @Nullable ChannelHandlerContext context;

	private @Nullable Protocol protocol;

	private @Nullable Producer producer;

	/** Until what has to come first has come. */
	private @Nullable Prelude prelude;

	/** What that has said, if there was any. */
	private Preamble.@Nullable Introduction introduction;

	/** Volatile for those on other threads, who ask what it knows. */
	private volatile @Nullable TlsLayer tls;

	/** Input that came after reading was paused. */
	private @Nullable Queue<ByteBuf> held;

	/** Why the connection ends, once that is known. */
	private @Nullable Failure reason;

	private CallContext callContext;

	/** Sees to the limits of the port, if it has any. */
	private @Nullable ConnectionWatch watch;

	/** The time limit of what is going on: the preamble, the handshake, the farewell. */
	private @Nullable ScheduledFuture<?> deadline;

	/** Neighbours in the loop's list. */
	@Nullable StreamConnection previous;

	@Nullable StreamConnection next;

	/** Output that Netty holds because the socket is full. */
	private long unsent;

	private boolean opened;

	/** Whether the owner counts it for its peer. */
	private boolean admitted;

	/** Whether it is in the loop's list. */
	private boolean listed;

	private boolean reading;

	/** Whether the peer has closed without ending TLS. */
	private boolean cut;

	/** Whether input may still come that was read before TLS. */
	private boolean discarding;

	private boolean flushScheduled;

	private boolean peerBehind;

	private boolean streaming;

	private boolean producerPaused;

	private boolean readPaused;

	/** Whether the channel outlives the end of its input; as Netty has it at first. */
	private boolean outlivesInput;

	/** Whether the protocol wants to know when only its input ends. */
	private boolean halfCloseable;

	private boolean readingHeld;

	private boolean sendingHeld;

	private boolean backPressure;

	private boolean readClosed;

	private boolean readClosedUnseen;

	private boolean writeClosing;

	private boolean writeClosed;

	private boolean disconnecting;

	/** Volatile for those on other threads, who look before they ask the loop. */
	private volatile boolean lost;

	StreamConnection(Loop loop, DuplexChannel channel, EventLoop channelLoop, Owner owner) {
		this.loop = loop;
		this.channel = channel;
		this.owner = owner;
		this.callContext = owner.callContext(loop.reactor().nextConnection());
		this.direct = (channelLoop == loop.executor());
	}

	/**
	 * Open the channel on its loop: the protocol is made when it is active.
	 */
	void register(EventLoop channelLoop) {
		this.channel.config().setAutoRead(this.direct);
		this.channel.config().setOption(ChannelOption.TCP_NODELAY, true);
		if (!this.direct) {
			outliveInput();
		}
		Registration.handle(this.channel, channelLoop, this.loop, this);
		channelLoop.register(this.channel).addListener((registered) -> {
			if (!registered.isSuccess()) {
				this.channel.unsafe().closeForcibly();
				this.owner.notConnected(new Failure(registered.cause()));
				this.owner.channelClosed();
			}
		});
	}

	// The channel's events

	@Override
	public void handlerAdded(ChannelHandlerContext context) {
		this.context = context;
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		this.opened = true;
		this.loop.reactor().sockets().channelOpened();
		if (this.loop.reactor().closing()) {
			refuse(new Failure(new ConnectException("The reactor is stopping", null)));
			return;
		}
		SocketAddress remote = this.channel.remoteAddress();
		if (remote == null) {
			// The peer was gone before we looked.
			refuse(new Failure(new ConnectionLost(null)));
			return;
		}
		Preamble preamble = this.owner.preamble();
		if (preamble != null) {
			this.prelude = new Prelude(preamble);
			enlist();
			limit(preamble.timeout(), "%s has not begun within %s as it has to", this::preludeFailed);
			updateReading();
		}
		else {
			begin(SocketAddresses.address(remote));
		}
	}

	/** Be in the loop's list until the end. */
	private void enlist() {
		if (!this.listed) {
			this.listed = true;
			this.loop.connections().add(this);
		}
	}

	/** The conversation begins. */
	private void begin(Address peer) {
		if (!this.owner.admit(peer)) {
			refuse(new Failure(new ConnectException("There are too many connections from " + peer.host(), null)));
			return;
		}
		this.admitted = true;
		Contextual outer = this.loop.enter(this, this);
		try {
			beginTls(this.owner.contextFactory());
			Protocol built = this.owner.buildProtocol(peer);
			if (built == null) {
				refuse(ConnectionDone.FAILURE);
				return;
			}
			this.protocol = built;
			this.halfCloseable = built.adapt(HalfCloseableProtocol.class) != null;
			enlist();
			this.loop.reactor().sockets().connectionMade();
			this.watch = this.owner.watch(this, this.loop.deadlines(), built);
			built.makeConnection(this);
		}
		catch (SSLException ex) {
			refuse(new Failure(ex));
		}
		catch (Throwable ex) {
			this.loop.reactor().callbackFailed(this, ex);
			if (this.protocol == null) {
				refuse(new Failure(ex));
			}
			else {
				failConnection(new Failure(ex));
			}
		}
		finally {
			this.loop.exit(this, outer);
		}
		updateReading();
	}

	private void refuse(Failure why) {
		this.lost = true;
		unlist();
		this.owner.notConnected(why);
		this.channel.close();
	}

	private void unlist() {
		if (this.prelude != null) {
			this.prelude.release();
			this.prelude = null;
			cancelDeadline();
		}
		if (this.listed) {
			this.listed = false;
			this.loop.connections().remove(this);
		}
	}

	/** Have something done if what is going on takes too long. */
	private void limit(Duration time, String message, Consumer<Throwable> action) {
		this.deadline = this.loop.executor()
			.schedule(() -> action.accept(new TimeoutException(message.formatted(this, time))), Loop.nanos(time),
					TimeUnit.NANOSECONDS);
	}

	private void cancelDeadline() {
		if (this.deadline != null) {
			this.deadline.cancel(false);
			this.deadline = null;
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		ByteBuf data = (ByteBuf) message;
		if (this.disconnecting || this.lost || this.discarding) {
			data.release();
		}
		else if (this.prelude != null) {
			readPrelude(this.prelude, data);
		}
		else if (this.readPaused || this.held != null) {
			hold(data);
		}
		else {
			this.reading = true;
			deliver(data);
		}
	}

	private void readPrelude(Prelude prelude, ByteBuf data) {
		Preamble.Introduction said;
		try {
			said = prelude.add(data);
		}
		catch (Exception ex) {
			preludeFailed(ex);
			return;
		}
		if (said == null) {
			return;
		}
		this.prelude = null;
		cancelDeadline();
		this.introduction = said;
		ByteBuf rest = prelude.rest();
		begin(getPeer());
		if (this.tls != null) {
			this.channel.pipeline().fireChannelRead(rest);
			this.channel.pipeline().fireChannelReadComplete();
		}
		else if (this.context != null && rest.isReadable()) {
			channelRead(this.context, rest);
		}
		else {
			rest.release();
		}
	}

	private void preludeFailed(Throwable why) {
		if (!this.lost) {
			Failure failure = new Failure(why);
			this.owner.handshakeFailed(this, failure);
			refuse(failure);
		}
	}

	private void deliver(ByteBuf data) {
		Protocol receiver = this.protocol;
		ConnectionWatch watch = this.watch;
		int bytes = (watch != null) ? data.readableBytes() : 0;
		Contextual outer = this.loop.enter(this, this);
		try {
			if (receiver != null) {
				receiver.deliverData(data);
			}
		}
		catch (Throwable ex) {
			failed(ex);
		}
		finally {
			this.loop.exit(this, outer);
			data.release();
		}
		if (watch != null && !this.lost) {
			watch.received(bytes);
		}
	}

	private void hold(ByteBuf data) {
		if (this.held == null) {
			this.held = new ArrayDeque<>(2);
		}
		this.held.add(data);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		this.reading = false;
		flush();
		if (!this.direct) {
			updateReading();
		}
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		if (event instanceof ChannelInputShutdownEvent) {
			if (this.prelude != null) {
				Failure why = new Failure(new ConnectionLost(null));
				if (this.prelude.begun()) {
					this.owner.handshakeFailed(this, why);
				}
				refuse(why);
			}
			else if (this.tls != null) {
				tlsCut(this.tls);
			}
			else {
				inputEnded();
			}
		}
		else if (event == SslCloseCompletionEvent.SUCCESS) {
			inputEnded();
		}
		else if (event instanceof SslHandshakeCompletionEvent handshake) {
			if (handshake.isSuccess()) {
				handshakeCompleted();
			}
			else {
				SSLException trouble = TlsLayer.causeIn(handshake.cause());
				tlsFailed((trouble != null) ? trouble : handshake.cause());
			}
		}
		else if (event == TlsMarker.IN_PLACE) {
			this.discarding = false;
		}
	}

	private void inputEnded() {
		if (this.readPaused || this.held != null) {
			this.readClosedUnseen = true;
		}
		else {
			readClosed();
		}
	}

	/** The peer has closed without the goodbye that TLS asks for: there may be more. */
	private void tlsCut(TlsLayer layer) {
		if (this.readClosed || this.readClosedUnseen) {
			return;
		}
		if (this.lost) {
			this.channel.close();
			return;
		}
		if (layer.handshaking()) {
			tlsFailed(new SSLException("the peer closed the connection during the handshake"));
			return;
		}
		this.cut = true;
		inputEnded();
	}

	private void readClosed() {
		if (this.readClosed) {
			return;
		}
		this.readClosed = true;
		HalfCloseableProtocol half = adapted(HalfCloseableProtocol.class);
		if (this.lost) {
			this.channel.close();
		}
		else if (half != null && !this.disconnecting && !this.cut) {
			guard(half::readConnectionLost);
			if (this.writeClosed) {
				disconnect(ConnectionDone.FAILURE);
			}
			flush();
		}
		else {
			stopProducer();
			disconnect(this.cut
					? new Failure(
							new ConnectionLost(new SSLException("the peer closed the connection without ending TLS")))
					: ConnectionDone.FAILURE);
			flush();
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		TlsLayer layer = this.tls;
		SSLException trouble = (layer != null) ? TlsLayer.causeIn(cause) : null;
		if (layer != null && trouble != null) {
			if (!TlsLayer.isPeersFault(cause) && !layer.failed()) {
				inContext(() -> this.loop.reactor().callbackFailed(this, cause));
			}
			tlsFailed(trouble);
		}
		else if (cause instanceof IOException) {
			if (this.reason == null || this.reason == ConnectionDone.FAILURE) {
				this.reason = new Failure(new ConnectionLost(cause));
			}
			this.channel.close();
		}
		else {
			inContext(() -> failed(cause));
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		cancelDeadline();
		if (!this.lost && this.tls != null && this.reason == null && this.tls.handshaking()) {
			tlsFailed(new SSLException("the connection was closed during the handshake"));
		}
		lose((this.reason != null) ? this.reason
				: this.outlivesInput ? this.owner.reasonOfClose() : ConnectionDone.FAILURE);
		if (this.opened) {
			this.opened = false;
			if (this.admitted) {
				this.owner.left(getPeer());
			}
			this.owner.channelClosed();
			this.loop.reactor().sockets().channelClosed();
		}
	}

	// Output

	@Override
	public void write(byte[] data) {
		if (!this.loop.inLoop()) {
			post(() -> write(data));
			return;
		}
		ChannelHandlerContext context = this.context;
		if (data.length > 0 && writable() && context != null) {
			this.output.add(context, data);
			written();
		}
	}

	@Override
	public void write(ByteBuf data) {
		if (!this.loop.inLoop()) {
			if (!post(() -> write(data))) {
				data.release();
			}
			return;
		}
		ChannelHandlerContext context = this.context;
		if (data.isReadable() && writable() && context != null) {
			this.output.add(context, data);
			written();
		}
		else {
			data.release();
		}
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		if (!this.loop.inLoop()) {
			post(() -> writeSequence(data));
			return;
		}
		data.forEach(this::write);
	}

	/**
	 * Have something done on the loop.
	 * @return false if there is nothing left to do it to
	 */
	private boolean post(Runnable call) {
		if (this.lost) {
			return false;
		}
		this.loop.post(call);
		return true;
	}

	private boolean writable() {
		return this.protocol != null && !this.lost && !this.writeClosing;
	}

	private long waiting() {
		return this.output.bytes() + this.unsent;
	}

	private void written() {
		if (waiting() > HIGH_WATER_MARK) {
			if (this.producer instanceof PushProducer push && this.streaming && !this.producerPaused) {
				this.producerPaused = true;
				guard(push::pauseProducing);
			}
			if (!behind()) {
				// Do not gather without bound while a long read goes on.
				push();
			}
			applyBackPressure();
		}
		scheduleFlush();
	}

	private void scheduleFlush() {
		if (!this.reading && !this.flushScheduled && !behind()) {
			this.flushScheduled = true;
			outliveInput();
			this.loop.flushLater(this);
		}
	}

	/**
	 * Send what was gathered. Never called by user code, so that what follows from an
	 * empty buffer does not happen inside a call of the user's.
	 */
	@Override
	public void flush() {
		this.flushScheduled = false;
		if (this.lost) {
			return;
		}
		if (!behind()) {
			push();
		}
		outliveInput();
		if (behind()) {
			applyBackPressure();
		}
		else {
			drained();
		}
	}

	/** Whether output has to wait, for the peer or for its time. */
	private boolean behind() {
		return this.peerBehind || this.sendingHeld;
	}

	/** Give what was gathered to the socket, and tell who watches its limits. */
	private void push() {
		int bytes = this.output.bytes();
		send();
		if (this.watch != null && bytes > 0 && !this.lost) {
			this.watch.sent(bytes, !this.peerBehind);
		}
		if (behind()) {
			outliveInput();
		}
	}

	/** Give what was gathered to the socket, and find out whether it took it all. */
	private void send() {
		ChannelHandlerContext context = this.context;
		// All of it: what lies before the last piece is with the channel already.
		int bytes = this.output.bytes();
		ByteBuf data = this.output.take();
		if (data == null || context == null) {
			return;
		}
		if (this.tls != null && this.direct) {
			pushThroughTls(context, data, bytes);
			return;
		}
		if (!this.direct) {
			this.peerBehind = true;
			this.unsent = bytes;
			context.writeAndFlush(data).addListener(this::sent);
			return;
		}
		context.writeAndFlush(data, context.voidPromise());
		ChannelOutboundBuffer left = this.channel.unsafe().outboundBuffer();
		if (left != null && !left.isEmpty()) {
			this.peerBehind = true;
			this.unsent = left.totalPendingWriteBytes();
			context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this::sent);
		}
	}

	/**
	 * TLS keeps what it cannot send yet to itself, so the channel does not know of it.
	 */
	private void pushThroughTls(ChannelHandlerContext context, ByteBuf data, int bytes) {
		ChannelFuture sending = context.writeAndFlush(data);
		if (!sending.isSuccess()) {
			this.peerBehind = true;
			this.unsent = bytes;
			sending.addListener(this::sent);
		}
	}

	/** Everything that was pushed has gone. */
	private void sent(Future<?> sent) {
		this.peerBehind = false;
		this.unsent = 0;
		if (sent.isSuccess()) {
			if (this.watch != null) {
				this.watch.drained();
			}
			flush();
		}
		else if (this.tls != null) {
			// In a while: what has gone wrong is about to be told.
			this.peerBehind = true;
			this.loop.executor().execute(this.channel::close);
		}
		else if (!this.direct) {
			this.channel.close();
		}
	}

	private void applyBackPressure() {
		if (behind() && this.producer == null && !this.backPressure && waiting() > HIGH_WATER_MARK) {
			this.backPressure = true;
			updateReading();
		}
	}

	/** Nothing waits to be sent. */
	private void drained() {
		if (this.backPressure) {
			this.backPressure = false;
			updateReading();
		}
		Producer producer = this.producer;
		if (producer != null && (!this.streaming || this.producerPaused)) {
			this.producerPaused = false;
			guard(producer::resumeProducing);
		}
		else if (this.disconnecting) {
			close();
		}
		else if (this.writeClosing && !this.writeClosed && (this.tls == null || !this.tls.handshaking())) {
			closeOutput();
		}
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		if (streaming && !(producer instanceof PushProducer)) {
			throw new IllegalArgumentException("A streaming producer must be a PushProducer, so that it can be paused");
		}
		if (!this.loop.inLoop()) {
			if (!post(() -> registerProducer(producer, streaming))) {
				producer.stopProducing();
			}
			return;
		}
		if (this.producer != null) {
			throw new IllegalStateException("%s has a producer already: %s".formatted(this, this.producer));
		}
		if (!writable()) {
			inContext(producer::stopProducing);
			return;
		}
		this.producer = producer;
		this.streaming = streaming;
		this.producerPaused = false;
		if (!streaming) {
			inContext(producer::resumeProducing);
		}
	}

	@Override
	public void unregisterProducer() {
		if (!this.loop.inLoop()) {
			post(this::unregisterProducer);
			return;
		}
		this.producer = null;
		if (!this.lost) {
			// A close may have waited for this.
			scheduleFlush();
		}
	}

	private void stopProducer() {
		Producer producer = this.producer;
		this.producer = null;
		if (producer != null) {
			guard(producer::stopProducing);
		}
	}

	// Input

	@Override
	public void pauseProducing() {
		if (!this.loop.inLoop()) {
			post(this::pauseProducing);
			return;
		}
		this.readPaused = true;
		updateReading();
	}

	@Override
	public void resumeProducing() {
		if (!this.loop.inLoop()) {
			post(this::resumeProducing);
			return;
		}
		if (this.readPaused) {
			this.readPaused = false;
			if (this.held != null || this.readClosedUnseen) {
				this.loop.executor().execute(this::deliverHeld);
			}
			else {
				updateReading();
			}
		}
	}

	@Override
	public void stopProducing() {
		loseConnection();
	}

	private void deliverHeld() {
		while (this.held != null && !this.readPaused) {
			ByteBuf data = this.held.poll();
			if (data == null) {
				this.held = null;
			}
			else if (this.disconnecting || this.lost) {
				data.release();
			}
			else {
				deliver(data);
			}
		}
		if (!this.readPaused && this.readClosedUnseen) {
			this.readClosedUnseen = false;
			readClosed();
		}
		scheduleFlush();
		updateReading();
	}

	private void updateReading() {
		TlsLayer layer = this.tls;
		boolean read = this.lost || (layer != null && layer.handshaking()) || !(this.readPaused || this.readingHeld
				|| this.backPressure || this.disconnecting || this.held != null);
		if (!this.channel.isOpen()) {
			return;
		}
		outliveInput();
		if (this.direct) {
			this.channel.config().setAutoRead(read);
		}
		else if (read && this.context != null) {
			this.context.read();
		}
	}

	/**
	 * When the peer has closed its side, the channel closes at once unless something is
	 * still to be received, sent or told. To close it in two steps is right as well, but
	 * takes two more system calls for each connection.
	 */
	private void outliveInput() {
		boolean needed = this.halfCloseable || this.prelude != null || this.tls != null || !this.direct
				|| this.flushScheduled || behind() || this.readPaused || this.readingHeld || this.backPressure
				|| this.held != null;
		if (needed != this.outlivesInput) {
			this.outlivesInput = needed;
			this.channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, needed);
		}
	}

	// Limits

	boolean readPaused() {
		return this.readPaused;
	}

	boolean readingHeld() {
		return this.readingHeld;
	}

	boolean sendingHeld() {
		return this.sendingHeld;
	}

	boolean isLost() {
		return this.lost;
	}

	/**
	 * Read no more for a while.
	 * @return false if that is so already
	 */
	boolean holdReading() {
		if (this.readingHeld) {
			return false;
		}
		this.readingHeld = true;
		updateReading();
		return true;
	}

	void releaseReading() {
		this.readingHeld = false;
		updateReading();
	}

	/**
	 * Send no more for a while; what is written waits as if the peer did not take it.
	 * @return false if that is so already
	 */
	boolean holdSending() {
		boolean held = this.sendingHeld;
		this.sendingHeld = true;
		return !held;
	}

	void releaseSending() {
		this.sendingHeld = false;
		if (!this.peerBehind) {
			flush();
		}
	}

	/** How far the output has come: changes whenever the socket has taken something. */
	long outputMark() {
		ChannelOutboundBuffer buffer = this.channel.unsafe().outboundBuffer();
		Object piece = (buffer != null) ? buffer.current() : null;
		return (buffer != null && piece != null) ? System.identityHashCode(piece) + (buffer.currentProgress() << 32)
				: 0;
	}

	/** The peer is too slow. */
	void giveUp(Failure why) {
		if (!this.disconnecting) {
			failConnection(why);
			return;
		}
		// It does not even take what was to be sent before the end.
		if (this.reason == null || this.reason == ConnectionDone.FAILURE) {
			this.reason = why;
		}
		this.channel.close();
	}

	// TLS

	@Override
	public void startTLS(ContextFactory contextFactory) {
		if (!this.loop.inLoop()) {
			post(() -> startTLS(contextFactory));
			return;
		}
		Protocol speaker = this.protocol;
		if (speaker == null || !writable()) {
			return;
		}
		if (this.tls != null) {
			throw new IllegalStateException("%s speaks TLS already".formatted(this));
		}
		try {
			beginTls(contextFactory);
		}
		catch (SSLException ex) {
			// Nothing may follow in plain text.
			tlsFailed(ex);
			return;
		}
		releaseHeld();
		guard(speaker::deliverTlsStarting);
		updateReading();
	}

	/** Everything after what was written so far goes through TLS, and all that comes. */
	private void beginTls(@Nullable ContextFactory contextFactory) throws SSLException {
		ChannelHandlerContext context = this.context;
		if (contextFactory == null) {
			return;
		}
		TlsLayer layer = new TlsLayer(contextFactory, this.owner.destination());
		ChannelHandler first = layer.first();
		this.tls = layer;
		ByteBuf plain = this.output.take();
		if (context == null) {
			return;
		}
		limit(contextFactory.handshakeTimeout(), "The TLS handshake of %s took longer than %s", this::tlsFailed);
		if (this.direct) {
			putBefore(context, first, plain);
		}
		else {
			// One step on the channel's loop, or input could slip in between.
			this.discarding = true;
			this.channel.eventLoop().execute(() -> {
				putBefore(context, first, plain);
				ChannelHandlerContext there = context.pipeline().context(TlsMarker.HANDLER);
				if (there != null) {
					there.fireUserEventTriggered(TlsMarker.IN_PLACE);
				}
			});
		}
	}

	private static void putBefore(ChannelHandlerContext context, ChannelHandler handler, @Nullable ByteBuf plain) {
		if (plain != null) {
			context.writeAndFlush(plain, context.voidPromise());
		}
		if (!context.isRemoved()) {
			context.pipeline().addBefore(context.name(), TlsMarker.HANDLER, handler);
		}
	}

	private void handshakeCompleted() {
		TlsLayer layer = this.tls;
		if (layer == null || !layer.handshaking()) {
			return;
		}
		layer.established();
		cancelDeadline();
		if (this.watch != null) {
			this.watch.handshakeCompleted();
		}
		HandshakeListener listener = adapted(HandshakeListener.class);
		if (listener != null && !this.lost && !this.disconnecting) {
			guard(listener::handshakeCompleted);
		}
		updateReading();
		scheduleFlush();
	}

	private void tlsFailed(Throwable cause) {
		TlsLayer layer = this.tls;
		if (!this.lost) {
			boolean handshake = (layer == null || layer.fail());
			if (handshake) {
				cancelDeadline();
			}
			if (this.reason == null || this.reason == ConnectionDone.FAILURE) {
				this.disconnecting = true;
				this.reason = new Failure((cause instanceof TimeoutException) ? cause : new ConnectionLost(cause));
				if (handshake) {
					this.owner.handshakeFailed(this, this.reason);
				}
			}
		}
		this.channel.close();
	}

	@Override
	public @Nullable X509Certificate getPeerCertificate() {
		TlsLayer layer = this.tls;
		return (layer != null) ? layer.peerCertificate() : null;
	}

	@Override
	public @Nullable String negotiatedProtocol() {
		TlsLayer layer = this.tls;
		return (layer != null) ? layer.negotiatedProtocol() : null;
	}

	@Override
	public @Nullable SSLSession getTLSSession() {
		TlsLayer layer = this.tls;
		return (layer != null) ? layer.session() : null;
	}

	// The end

	@Override
	public void loseConnection() {
		if (!this.loop.inLoop()) {
			post(this::loseConnection);
			return;
		}
		if (this.prelude != null) {
			refuse(ConnectionDone.FAILURE);
		}
		else if (!this.lost && !this.disconnecting) {
			disconnect(ConnectionDone.FAILURE);
			scheduleFlush();
		}
	}

	/** Read no more, and close when everything has been sent. */
	private void disconnect(Failure why) {
		if (!this.disconnecting) {
			this.disconnecting = true;
			this.reason = why;
			updateReading();
		}
	}

	@Override
	public void failConnection(Failure why) {
		if (!this.loop.inLoop()) {
			post(() -> failConnection(why));
			return;
		}
		Failure known = this.reason;
		if (this.lost || (known != null && known != ConnectionDone.FAILURE)) {
			return;
		}
		this.disconnecting = true;
		this.reason = why;
		updateReading();
		this.loop.executor().execute(() -> {
			if (!this.lost && !this.peerBehind) {
				push();
			}
			if (this.peerBehind) {
				this.channel.close();
			}
			else {
				close();
			}
		});
	}

	private void failed(Throwable ex) {
		this.loop.reactor().callbackFailed(this, ex);
		failConnection(new Failure(ex));
	}

	/** Everything has been sent: tell the protocol, and say goodbye to the peer. */
	private void close() {
		if (this.lost) {
			return;
		}
		boolean farewell = !this.readClosed && !this.readClosedUnseen && this.channel.isActive();
		if (farewell && this.tls != null) {
			this.tls.closeOutput(this.channel);
		}
		else if (farewell && !this.writeClosed) {
			this.channel.shutdownOutput();
		}
		lose((this.reason != null) ? this.reason : ConnectionDone.FAILURE);
		cancelDeadline();
		if (farewell) {
			this.deadline = this.loop.executor()
				.schedule(() -> this.channel.close(), FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
			updateReading();
		}
		else {
			this.channel.close();
		}
	}

	@Override
	public void abortConnection() {
		if (!this.loop.inLoop()) {
			if (this.channel.isOpen()) {
				this.loop.post(this::abortConnection);
			}
			return;
		}
		if (!this.lost) {
			this.disconnecting = true;
			this.reason = ConnectionAborted.FAILURE;
			this.output.clear();
			updateReading();
		}
		if (this.channel.isOpen()) {
			// Makes the close a reset.
			this.channel.config().setOption(ChannelOption.SO_LINGER, 0);
			// Past TLS, which would take the time to say goodbye.
			ChannelHandlerContext first = this.channel.pipeline().firstContext();
			if (first != null) {
				first.close();
			}
		}
	}

	@Override
	public void loseWriteConnection() {
		if (!this.loop.inLoop()) {
			post(this::loseWriteConnection);
			return;
		}
		if (writable()) {
			this.writeClosing = true;
			scheduleFlush();
		}
	}

	private void closeOutput() {
		this.writeClosed = true;
		if (this.tls != null) {
			// TLS has a half-close of its own, and may need the other half still.
			this.tls.closeOutput(null);
		}
		else {
			this.channel.shutdownOutput();
		}
		HalfCloseableProtocol half = adapted(HalfCloseableProtocol.class);
		if (half != null) {
			guard(half::writeConnectionLost);
		}
		if (this.readClosed) {
			disconnect(ConnectionDone.FAILURE);
			scheduleFlush();
		}
	}

	/** The loop is about to end, and nobody is going to close this any more. */
	void reactorEnded() {
		this.channel.close();
		Failure known = this.reason;
		lose((known != null && known != ConnectionDone.FAILURE) ? known
				: new Failure(new ConnectionLost(new IOException("the reactor has stopped"))));
	}

	/** Tell everybody, once. */
	private void lose(Failure why) {
		if (this.lost) {
			return;
		}
		this.lost = true;
		this.output.clear();
		releaseHeld();
		unlist();
		if (this.watch != null) {
			this.watch.end();
		}
		stopProducer();
		Protocol receiver = this.protocol;
		if (receiver == null) {
			this.owner.notConnected(why);
			return;
		}
		this.loop.reactor().sockets().connectionLost();
		this.loop.call(this, this, () -> receiver.deliverConnectionLost(why));
		this.owner.connectionLost(why);
	}

	private void releaseHeld() {
		if (this.held != null) {
			this.held.forEach(ByteBuf::release);
			this.held = null;
		}
	}

	/**
	 * Run something in this connection's context; the caller is to know what it throws.
	 */
	private void inContext(Runnable call) {
		Contextual outer = this.loop.enter(this, this);
		try {
			call.run();
		}
		finally {
			this.loop.exit(this, outer);
		}
	}

	private <T> @Nullable T adapted(Class<T> type) {
		Protocol present = this.protocol;
		return (present != null) ? present.adapt(type) : null;
	}

	private void guard(Action callback) {
		Contextual outer = this.loop.enter(this, this);
		try {
			callback.run();
		}
		catch (Throwable ex) {
			failed(ex);
		}
		finally {
			this.loop.exit(this, outer);
		}
	}

	@Override
	public boolean disconnecting() {
		return this.disconnecting || this.lost;
	}

	@Override
	public void callFromThread(Action call) {
		this.loop.post(() -> guard(call));
	}

	@Override
	public CallContext callContext() {
		return this.callContext;
	}

	@Override
	public void callContext(CallContext context) {
		this.callContext = context;
	}

	// What it is

	@Override
	public Address getPeer() {
		Preamble.Introduction said = this.introduction;
		Address told = (said != null) ? said.peer() : null;
		return (told != null) ? told : address(this.channel.remoteAddress());
	}

	@Override
	public Address getHost() {
		Preamble.Introduction said = this.introduction;
		Address told = (said != null) ? said.host() : null;
		return (told != null) ? told : address(this.channel.localAddress());
	}

	private static Address address(@Nullable SocketAddress address) {
		if (address == null) {
			throw new IllegalStateException("The connection was gone before its address was asked for");
		}
		return SocketAddresses.address(address);
	}

	@Override
	public boolean getTcpNoDelay() {
		return option(ChannelOption.TCP_NODELAY);
	}

	@Override
	public void setTcpNoDelay(boolean enabled) {
		if (this.channel.isOpen()) {
			this.channel.config().setOption(ChannelOption.TCP_NODELAY, enabled);
		}
	}

	@Override
	public boolean getTcpKeepAlive() {
		return option(ChannelOption.SO_KEEPALIVE);
	}

	@Override
	public void setTcpKeepAlive(boolean enabled) {
		if (this.channel.isOpen()) {
			this.channel.config().setOption(ChannelOption.SO_KEEPALIVE, enabled);
		}
	}

	/** Unix sockets have neither of these. */
	private boolean option(ChannelOption<Boolean> option) {
		return this.channel.isOpen() && Boolean.TRUE.equals(this.channel.config().getOption(option));
	}

	@Override
	public String toString() {
		Protocol served = this.protocol;
		Preamble.Introduction said = this.introduction;
		return "%s of %s from %s".formatted((served != null) ? served.logPrefix() : "connection", this.owner,
				(said != null && said.peer() != null) ? said.peer() : this.channel.remoteAddress());
	}

	/**
	 * Marks the place in the pipeline, and in the stream of events, where TLS begins.
	 */
	private enum TlsMarker {

		IN_PLACE;

		static final String HANDLER = "tls";

	}

	/**
	 * The port or connector that a connection came from.
	 */
	interface Owner {

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

}
