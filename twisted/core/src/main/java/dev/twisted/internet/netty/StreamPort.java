package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import dev.twisted.defer.CallContext;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLimits;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Protocol;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open port of TCP, or a Unix socket: accepts connections and gives each to a loop.
 */
final class StreamPort extends ChannelInboundHandlerAdapter implements ListeningPort, ConnectionOwner {

	private static final Logger logger = LoggerFactory.getLogger(ListeningPort.class);

	/**
	 * How long to accept nothing after accepting has failed, mostly for want of files.
	 */
	private static final long ACCEPT_PAUSE_MILLIS = 1000;

	private final Loop loop;

	private final EventLoop channelLoop;

	private final ServerChannel channel;

	private final Factory factory;

	private final Conversation conversation;

	private final Address host;

	private final AtomicInteger connections = new AtomicInteger();

	private final LongAdder refused = new LongAdder();

	private final LongAdder failedHandshakes = new LongAdder();

	private volatile String name;

	/** What the log calls this. */
	private volatile String title;

	private final LongAdder timedOut = new LongAdder();

	private final LongAdder throttled = new LongAdder();

	private final LongAdder framesTooLong = new LongAdder();

	private final AtomicBoolean warnedOfFrames = new AtomicBoolean();

	private volatile int maxConnections = Integer.MAX_VALUE;

	private volatile PortLimits limits = new PortLimits(ConnectionLimits.NONE, this.timedOut, this.throttled,
			this.framesTooLong);

	/** Connections by who they come from, once there was a limit. */
	private volatile @Nullable PeerCounts peers;

	/** How fast to accept; only for the channel's loop. */
	private @Nullable Pace acceptPace;

	private @Nullable PortLimits acceptLimits;

	/** Those who wait for the port to be closed; guards {@link #closed}. */
	private final List<Deferred<@Nullable Void>> waiting = new ArrayList<>();

	private boolean closed;

	private StreamPort(Loop loop, EventLoop channelLoop, ServerChannel channel, Factory factory,
			Conversation conversation, Address host) {
		this.loop = loop;
		this.channelLoop = channelLoop;
		this.channel = channel;
		this.factory = factory;
		this.conversation = conversation;
		this.host = host;
		this.name = factory.logPrefix();
		this.title = this.name;
	}

	static StreamPort listen(Loop loop, ServerChannel channel, SocketAddress address, Factory factory,
			ListenOptions options) {
		channel.config().setOption(ChannelOption.SO_BACKLOG, options.backlog());
		Conversation conversation = new Conversation(options.preamble(), options.contextFactory());
		if (options.reusePort()) {
			loop.reactor().model().reusePort(channel);
		}
		return open(loop, loop.executor(), channel, address, factory, conversation, () -> channel.bind(address));
	}

	/** Listen on a Unix socket. */
	static StreamPort listen(Loop loop, ServerChannel channel, SocketAddress address, Factory factory,
			ListenOptions options, UnixSocketFile file) {
		boolean opened = false;
		try {
			StreamPort port = listen(loop, channel, address, factory, options.withReusePort(false));
			channel.closeFuture().addListener((closed) -> file.remove());
			opened = true;
			file.made();
			return port;
		}
		catch (IOException ex) {
			channel.close();
			throw Registration.cannotListen(address, ex);
		}
		finally {
			if (!opened) {
				file.release();
			}
		}
	}

	/** Take over a channel that is bound already. */
	static StreamPort adopt(Loop loop, EventLoop channelLoop, ServerChannel channel, Factory factory) {
		return open(loop, channelLoop, channel, channel.localAddress(), factory, new Conversation(null, null),
				channel::newSucceededFuture);
	}

	private static StreamPort open(Loop loop, EventLoop channelLoop, ServerChannel channel, SocketAddress address,
			Factory factory, Conversation conversation, Supplier<ChannelFuture> bind) {
		channel.config().setAutoRead(false);
		Registration.register(channelLoop, channel, address, bind);
		SocketAddress bound = channel.localAddress();
		StreamPort port = new StreamPort(loop, channelLoop, channel, factory, conversation,
				SocketAddresses.address((bound != null) ? bound : address));
		try {
			factory.doStart();
		}
		catch (Throwable ex) {
			channel.close();
			throw Registration.cannotListen(address, ex);
		}
		Registration.handle(channel, channelLoop, loop, port);
		loop.reactor().sockets().opened(port);
		channel.closeFuture().addListener((closed) -> port.closed());
		if (loop.reactor().running()) {
			port.resume();
		}
		return port;
	}

	/** Accept what comes. */
	void resume() {
		this.channel.config().setAutoRead(true);
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		DuplexChannel accepted = (DuplexChannel) message;
		keepPace(context);
		if (this.connections.get() >= this.maxConnections) {
			this.refused.increment();
			logger.debug("Refused a connection to {}: {} are open", this, this.maxConnections);
			accepted.unsafe().closeForcibly();
			return;
		}
		this.connections.incrementAndGet();
		boolean direct = (this.channelLoop == this.loop.executor());
		Loop loop = direct ? this.loop.reactor().nextLoop() : this.loop;
		EventLoop channelLoop = direct ? loop.executor() : this.channelLoop;
		try {
			new StreamConnection(loop, accepted, channelLoop, this).register(channelLoop);
		}
		catch (RuntimeException ex) {
			// The peer may be gone already, so that not even options can be set.
			logger.debug("A connection to {} came to nothing", this, ex);
			accepted.unsafe().closeForcibly();
			channelClosed();
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		logger.warn("Accepting connections to {} failed; none are accepted for {} ms", this, ACCEPT_PAUSE_MILLIS,
				cause);
		pauseAccepting(context, TimeUnit.MILLISECONDS.toNanos(ACCEPT_PAUSE_MILLIS));
	}

	private void pauseAccepting(ChannelHandlerContext context, long nanos) {
		this.channel.config().setAutoRead(false);
		context.executor().schedule(() -> {
			if (this.channel.isOpen()) {
				resume();
			}
		}, nanos, TimeUnit.NANOSECONDS);
	}

	/** Accept no more than so many in a second; the others wait where they are. */
	private void keepPace(ChannelHandlerContext context) {
		PortLimits current = this.limits;
		long now = System.nanoTime();
		if (this.acceptLimits != current) {
			this.acceptLimits = current;
			this.acceptPace = current.acceptPace(now);
		}
		if (this.acceptPace != null) {
			long wait = this.acceptPace.use(1, now);
			if (wait > 0 && this.channel.config().isAutoRead()) {
				this.throttled.increment();
				pauseAccepting(context, wait);
			}
		}
	}

	@Override
	public CallContext callContext(long connection) {
		return this.loop.reactor().callContext(CallContext.EMPTY, this.name, connection);
	}

	@Override
	public @Nullable Protocol buildProtocol(Address peer) throws Exception {
		Protocol protocol = this.factory.buildProtocol(peer);
		if (protocol == null) {
			return null;
		}
		if (protocol.factory() == null) {
			protocol.setFactory(this.factory);
		}
		if (!this.limits.limitFrames(protocol) && this.warnedOfFrames.compareAndSet(false, true)) {
			logger.warn("The length of frames is limited on {}, but its protocol {} has none to limit", this,
					protocol.logPrefix());
		}
		return protocol;
	}

	@Override
	public boolean admit(Address peer) {
		PeerCounts counts = this.peers;
		if (counts == null || counts.enter(peer)) {
			return true;
		}
		this.refused.increment();
		return false;
	}

	@Override
	public void left(Address peer) {
		PeerCounts counts = this.peers;
		if (counts != null) {
			counts.leave(peer);
		}
	}

	@Override
	public @Nullable ConnectionWatch watch(StreamConnection connection, Deadlines deadlines, Protocol protocol) {
		PortLimits current = this.limits;
		return current.watchConnections() ? new ConnectionWatch(connection, deadlines, current, protocol) : null;
	}

	@Override
	public @Nullable Preamble preamble() {
		return this.conversation.preamble;
	}

	@Override
	public @Nullable ContextFactory contextFactory() {
		return this.conversation.contextFactory;
	}

	@Override
	public Failure reasonOfClose() {
		// Java's own Unix sockets close when the peer has closed its direction.
		return (this.channel instanceof NioServerDomainSocketChannel) ? ConnectionDone.FAILURE
				: new Failure(new ConnectionLost(null));
	}

	@Override
	public void handshakeFailed(StreamConnection connection, Failure reason) {
		this.failedHandshakes.increment();
		logger.debug("{} has not come to speak: {}", connection, reason.value().getMessage());
	}

	@Override
	public void notConnected(Failure reason) {
		logger.debug("A connection to {} came to nothing: {}", this, reason);
	}

	@Override
	public void connectionLost(Failure reason) {
	}

	@Override
	public void channelClosed() {
		this.connections.decrementAndGet();
	}

	@Override
	public Address getHost() {
		return this.host;
	}

	@Override
	public Deferred<@Nullable Void> stopListening() {
		this.loop.checkThread("stopListening");
		Deferred<@Nullable Void> result = new Deferred<>();
		synchronized (this.waiting) {
			if (!this.closed) {
				this.waiting.add(result);
				this.channel.close();
				return result;
			}
		}
		result.callback(null);
		return result;
	}

	/** The channel is closed, whoever closed it. */
	private void closed() {
		this.loop.reactor().sockets().closed(this);
		Registration.afterClose(this.channelLoop, this.loop.executor(), () -> {
			this.loop.call(this, this.factory::doStop);
			List<Deferred<@Nullable Void>> waited;
			synchronized (this.waiting) {
				this.closed = true;
				waited = List.copyOf(this.waiting);
			}
			for (Deferred<@Nullable Void> deferred : waited) {
				this.loop.call(this, () -> deferred.callback(null));
			}
		});
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public void setName(String name) {
		this.name = name;
		this.title = "server '%s'".formatted(name);
	}

	@Override
	public boolean listening() {
		return this.channel.isOpen();
	}

	@Override
	public int connections() {
		return this.connections.get();
	}

	@Override
	public void setMaxConnections(int max) {
		this.maxConnections = max;
	}

	@Override
	public void setLimits(ConnectionLimits limits) {
		this.limits = new PortLimits(limits, this.timedOut, this.throttled, this.framesTooLong);
		PeerCounts counts = this.peers;
		if (counts != null) {
			counts.setMost(limits.connectionsPerPeer());
		}
		else if (limits.connectionsPerPeer() != ConnectionLimits.UNLIMITED) {
			this.peers = new PeerCounts(limits.connectionsPerPeer());
		}
	}

	@Override
	public long timedOutConnections() {
		return this.timedOut.sum();
	}

	@Override
	public long framesTooLong() {
		return this.framesTooLong.sum();
	}

	@Override
	public long throttlings() {
		return this.throttled.sum();
	}

	@Override
	public long refusedConnections() {
		return this.refused.sum();
	}

	@Override
	public long failedHandshakes() {
		return this.failedHandshakes.sum();
	}

	@Override
	public String toString() {
		return "%s on %s".formatted(this.title, this.host);
	}

	/**
	 * How each conversation begins.
	 *
	 * @param preamble what comes first, if anything has to
	 * @param contextFactory TLS to begin with, if it is spoken
	 */
	private record Conversation(@Nullable Preamble preamble, @Nullable ContextFactory contextFactory) {

	}

}
