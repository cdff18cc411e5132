package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallContext;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectException;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection, through TCP or a Unix socket: the only handler on its channel unless it
 * speaks TLS, and the transport of its protocol. It takes what happens to the channel,
 * and what is asked of it on any thread, to those who see to it on the loop's: what comes
 * in, what goes out, and the end.
 */
final class StreamConnection extends SocketTransport implements Contextual {

	private final Loop loop;

	private final ConnectionOwner owner;

	/** Whether the channel is read on the loop that the protocol runs on. */
	private final boolean direct;

	private final Incoming incoming = new Incoming(this);

	private final Outgoing outgoing = new Outgoing(this);

	private final Ending ending = new Ending(this);

	private @Nullable ChannelHandlerContext context;

	private @Nullable Protocol protocol;

	/** Until what has to come first has come. */
	private @Nullable Prelude prelude;

	private CallContext callContext;

	/** Sees to the limits of the port, if it has any. */
	private @Nullable ConnectionWatch watch;

	/** The time limit of what is going on: the preamble, the handshake, the farewell. */
	private @Nullable ScheduledFuture<?> deadline;

	/** Neighbours in the loop's list. */
	@Nullable StreamConnection previous;

	@Nullable StreamConnection next;

	private boolean opened;

	/** Whether the owner counts it for its peer. */
	private boolean admitted;

	/** Whether it is in the loop's list. */
	private boolean listed;

	/** Whether the protocol wants to know when only its input ends. */
	private boolean halfCloseable;

	StreamConnection(Loop loop, DuplexChannel channel, EventLoop channelLoop, ConnectionOwner owner) {
		super(channel);
		this.loop = loop;
		this.owner = owner;
		this.callContext = owner.callContext(loop.reactor().nextConnection());
		this.direct = (channelLoop == loop.executor());
	}

	/**
	 * Open the channel on its loop: the protocol is made when it is active.
	 */
	void register(EventLoop channelLoop) {
		channel().config().setAutoRead(this.direct);
		channel().config().setOption(ChannelOption.TCP_NODELAY, true);
		if (!this.direct) {
			this.incoming.outliveEnd();
		}
		Registration.handle(channel(), channelLoop, this.loop, this);
		channelLoop.register(channel()).addListener((registered) -> {
			if (!registered.isSuccess()) {
				channel().unsafe().closeForcibly();
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
			this.ending.refuse(new Failure(new ConnectException("The reactor is stopping", null)));
			return;
		}
		SocketAddress remote = channel().remoteAddress();
		if (remote == null) {
			// The peer was gone before we looked.
			this.ending.refuse(new Failure(new ConnectionLost(null)));
			return;
		}
		Preamble preamble = this.owner.preamble();
		if (preamble != null) {
			Prelude prelude = new Prelude(this, preamble);
			this.prelude = prelude;
			enlist();
			limit(preamble.timeout(), "%s has not begun within %s as it has to", prelude::failed);
			this.incoming.update();
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
			this.ending
				.refuse(new Failure(new ConnectException("There are too many connections from " + peer.host(), null)));
			return;
		}
		this.admitted = true;
		Contextual outer = this.loop.enter(this, this);
		try {
			beginTls(this.owner.contextFactory());
			Protocol built = this.owner.buildProtocol(peer);
			if (built == null) {
				this.ending.refuse(ConnectionDone.FAILURE);
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
			this.ending.refuse(new Failure(ex));
		}
		catch (Throwable ex) {
			this.loop.reactor().callbackFailed(this, ex);
			if (this.protocol == null) {
				this.ending.refuse(new Failure(ex));
			}
			else {
				this.ending.fail(new Failure(ex));
			}
		}
		finally {
			this.loop.exit(this, outer);
		}
		this.incoming.update();
	}

	/** Be in nobody's list any more. */
	void unlist() {
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
		deadline(time, () -> action.accept(new TimeoutException(message.formatted(this, time))));
	}

	/** Have something done after some time, unless that is cancelled. */
	void deadline(Duration time, Runnable action) {
		this.deadline = this.loop.executor().schedule(action, Loop.nanos(time), TimeUnit.NANOSECONDS);
	}

	void cancelDeadline() {
		if (this.deadline != null) {
			this.deadline.cancel(false);
			this.deadline = null;
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		ByteBuf data = (ByteBuf) message;
		if (disconnecting() || this.incoming.discarding()) {
			data.release();
		}
		else if (this.prelude != null) {
			this.prelude.read(data);
		}
		else {
			this.incoming.read(data);
		}
	}

	/** What had to come first has come, and something after it perhaps. */
	void preludeRead(Preamble.Introduction said, ByteBuf rest) {
		this.prelude = null;
		cancelDeadline();
		introduction(said);
		begin(getPeer());
		if (tls() != null) {
			channel().pipeline().fireChannelRead(rest);
			channel().pipeline().fireChannelReadComplete();
		}
		else if (this.context != null && rest.isReadable()) {
			channelRead(this.context, rest);
		}
		else {
			rest.release();
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		this.incoming.readComplete();
		this.outgoing.flush();
		if (!this.direct) {
			this.incoming.update();
		}
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		TlsLayer layer = tls();
		if (event instanceof ChannelInputShutdownEvent) {
			if (this.prelude != null) {
				this.prelude.cut();
			}
			else if (layer != null) {
				this.incoming.cut(layer);
			}
			else {
				this.incoming.ended();
			}
		}
		else if (event == SslCloseCompletionEvent.SUCCESS) {
			this.incoming.ended();
		}
		else if (event instanceof SslHandshakeCompletionEvent handshake && layer != null) {
			handshakeOver(layer, handshake);
		}
		else if (event == TlsLayer.Marker.IN_PLACE) {
			this.incoming.discard(false);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		TlsLayer layer = tls();
		SSLException trouble = (layer != null) ? TlsLayer.causeIn(cause) : null;
		if (layer != null && trouble != null) {
			if (!TlsLayer.isPeersFault(cause) && !layer.failed()) {
				inContext(() -> this.loop.reactor().callbackFailed(this, cause));
			}
			this.ending.tlsFailed(trouble);
		}
		else if (cause instanceof IOException broken) {
			this.ending.broken(broken);
		}
		else {
			inContext(() -> failed(cause));
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		cancelDeadline();
		TlsLayer layer = tls();
		if (layer != null && layer.handshaking() && this.ending.unexplained()) {
			this.ending.tlsFailed(new SSLException("the connection was closed during the handshake"));
		}
		this.ending.channelClosed();
		if (this.opened) {
			this.opened = false;
			if (this.admitted) {
				this.owner.left(getPeer());
			}
			this.owner.channelClosed();
			this.loop.reactor().sockets().channelClosed();
		}
	}

	// What is asked of it, on any thread

	@Override
	public void write(byte[] data) {
		if (!this.loop.inLoop()) {
			post(() -> write(data));
			return;
		}
		ChannelHandlerContext context = this.context;
		if (data.length > 0 && writable() && context != null) {
			this.outgoing.write(context, data);
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
			this.outgoing.write(context, data);
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

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		if (streaming && !(producer instanceof PushProducer)) {
			throw new IllegalArgumentException("A streaming producer must be a PushProducer, so that it can be paused");
		}
		if (this.loop.inLoop()) {
			this.outgoing.register(producer, streaming);
		}
		else if (!post(() -> this.outgoing.register(producer, streaming))) {
			producer.stopProducing();
		}
	}

	@Override
	public void unregisterProducer() {
		onLoop(this.outgoing::unregister);
	}

	@Override
	public void pauseProducing() {
		if (this.loop.inLoop()) {
			this.incoming.pause();
		}
		else {
			post(this.incoming::pause);
		}
	}

	@Override
	public void resumeProducing() {
		if (this.loop.inLoop()) {
			this.incoming.resume();
		}
		else {
			post(this.incoming::resume);
		}
	}

	@Override
	public void stopProducing() {
		loseConnection();
	}

	@Override
	public void loseConnection() {
		onLoop(() -> {
			if (this.prelude != null) {
				this.ending.refuse(ConnectionDone.FAILURE);
			}
			else {
				this.ending.lose();
			}
		});
	}

	@Override
	public void failConnection(Failure why) {
		onLoop(() -> this.ending.fail(why));
	}

	@Override
	public void abortConnection() {
		if (this.loop.inLoop()) {
			this.ending.abort();
		}
		else if (channel().isOpen()) {
			// Also when it is lost: the farewell need not be waited for.
			this.loop.post(this.ending::abort);
		}
	}

	@Override
	public void loseWriteConnection() {
		onLoop(() -> {
			if (writable()) {
				this.outgoing.closeWhenSent();
			}
		});
	}

	@Override
	public void callFromThread(Action call) {
		this.loop.post(() -> guard(call));
	}

	private void onLoop(Runnable call) {
		if (this.loop.inLoop()) {
			call.run();
		}
		else {
			post(call);
		}
	}

	/**
	 * Have something done on the loop.
	 * @return false if there is nothing left to do it to
	 */
	private boolean post(Runnable call) {
		if (this.ending.lost()) {
			return false;
		}
		this.loop.post(call);
		return true;
	}

	@Override
	public boolean disconnecting() {
		return this.ending.begun() || this.ending.lost();
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
		if (tls() != null) {
			throw new IllegalStateException("%s speaks TLS already".formatted(this));
		}
		try {
			beginTls(contextFactory);
		}
		catch (SSLException ex) {
			// Nothing may follow in plain text.
			this.ending.tlsFailed(ex);
			return;
		}
		this.incoming.releaseHeld();
		guard(speaker::deliverTlsStarting);
		this.incoming.update();
	}

	/** Everything after what was written so far goes through TLS, and all that comes. */
	private void beginTls(@Nullable ContextFactory contextFactory) throws SSLException {
		ChannelHandlerContext context = this.context;
		if (contextFactory == null || context == null) {
			return;
		}
		TlsLayer layer = new TlsLayer(contextFactory, this.owner.destination());
		ChannelHandler first = layer.first();
		tls(layer);
		ByteBuf plain = this.outgoing.take();
		limit(contextFactory.handshakeTimeout(), "The TLS handshake of %s took longer than %s", this.ending::tlsFailed);
		if (this.direct) {
			TlsLayer.putBefore(context, first, plain);
		}
		else {
			this.incoming.discard(true);
			TlsLayer.putBeforeLater(context, first, plain);
		}
	}

	private void handshakeOver(TlsLayer layer, SslHandshakeCompletionEvent event) {
		if (!event.isSuccess()) {
			SSLException trouble = TlsLayer.causeIn(event.cause());
			this.ending.tlsFailed((trouble != null) ? trouble : event.cause());
			return;
		}
		if (!layer.handshaking()) {
			return;
		}
		layer.established();
		cancelDeadline();
		if (this.watch != null) {
			this.watch.handshakeCompleted();
		}
		HandshakeListener listener = adapted(HandshakeListener.class);
		if (listener != null && !disconnecting()) {
			guard(listener::handshakeCompleted);
		}
		this.incoming.update();
		this.outgoing.scheduleFlush();
	}

	// What its parts ask for

	Loop loop() {
		return this.loop;
	}

	ConnectionOwner owner() {
		return this.owner;
	}

	boolean direct() {
		return this.direct;
	}

	Incoming incoming() {
		return this.incoming;
	}

	Outgoing outgoing() {
		return this.outgoing;
	}

	Ending ending() {
		return this.ending;
	}

	@Nullable ChannelHandlerContext context() {
		return this.context;
	}

	@Nullable Protocol protocol() {
		return this.protocol;
	}

	@Nullable ConnectionWatch watch() {
		return this.watch;
	}

	boolean writable() {
		return this.protocol != null && !this.ending.lost() && !this.outgoing.closing();
	}

	/** Whether the end of its input is not the end of it all. */
	boolean awaitsEndOfInput() {
		return this.halfCloseable || this.prelude != null || tls() != null || !this.direct;
	}

	/** Where the channel does not read of itself: have it read once. */
	void askForInput() {
		if (this.context != null) {
			this.context.read();
		}
	}

	/**
	 * Run something in this connection's context; the caller is to know what it throws.
	 */
	void inContext(Runnable call) {
		Contextual outer = this.loop.enter(this, this);
		try {
			call.run();
		}
		finally {
			this.loop.exit(this, outer);
		}
	}

	<T> @Nullable T adapted(Class<T> type) {
		Protocol present = this.protocol;
		return (present != null) ? present.adapt(type) : null;
	}

	void guard(Action callback) {
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

	/** Its protocol has thrown something that it should not have. */
	void failed(Throwable ex) {
		this.loop.reactor().callbackFailed(this, ex);
		this.ending.fail(new Failure(ex));
	}

	@Override
	public CallContext callContext() {
		return this.callContext;
	}

	@Override
	public void callContext(CallContext context) {
		this.callContext = context;
	}

	@Override
	public String toString() {
		Protocol served = this.protocol;
		return "%s of %s from %s".formatted((served != null) ? served.logPrefix() : "connection", this.owner,
				peerInLog());
	}

}
