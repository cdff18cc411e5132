package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import dev.twisted.defer.Action;
import dev.twisted.defer.BodyThreads;
import dev.twisted.defer.CallContext;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorNotRunningException;
import dev.twisted.internet.ReactorStatistics;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reactor: its life, its time, and the doors to everything else.
 */
final class NettyReactor implements Reactor {

	private static final Logger logger = LoggerFactory.getLogger(Reactor.class);

	private static final String SERVER_KEY = "twisted.server";

	private static final String CONNECTION_KEY = "twisted.connection";

	private final EventLoops eventLoops;

	private final WorkerPool pool;

	private final BodyThreads bodyThreads;

	private final Threads threads;

	private final SlowCallbacks slowCallbacks;

	private final SystemEvents events = new SystemEvents();

	private final OpenSockets sockets;

	private final Names names = new Names(this);

	private final LongAdder callbackErrors = new LongAdder();

	private final LongAdder abortedAtShutdown = new LongAdder();

	private final AtomicLong connectionCount = new AtomicLong();

	private final boolean logContext;

	private final List<Loop> loops;

	private final AtomicInteger nextLoop = new AtomicInteger();

	/**
	 * The line of moments starts at the clock's time and then never looks at it again.
	 */
	private final long epochOffset = System.currentTimeMillis() * 1_000_000 - System.nanoTime();

	private final ReactorLife life;

	NettyReactor(EventLoops eventLoops, WorkerPool pool, BodyThreads bodyThreads, Duration slowCallbackThreshold,
			Duration shutdownTimeout, boolean logContext) {
		this.eventLoops = eventLoops;
		this.sockets = new OpenSockets(new KeepAlive(eventLoops.name() + "-listening"));
		this.pool = pool;
		this.bodyThreads = bodyThreads;
		this.threads = new Threads(this, pool);
		this.logContext = logContext;
		this.slowCallbacks = new SlowCallbacks(slowCallbackThreshold);
		this.life = new ReactorLife(this, eventLoops, bodyThreads, shutdownTimeout, this.slowCallbacks);
		List<Loop> loops = new ArrayList<>();
		for (int i = 0; i < eventLoops.size(); i++) {
			loops.add(new Loop(this, new CallbackWatch(this.slowCallbacks)));
		}
		this.loops = List.copyOf(loops);
	}

	// The life of the reactor

	@Override
	public void run() {
		this.life.run();
	}

	@Override
	public void start() {
		this.life.start();
	}

	@Override
	public Deferred<@Nullable Void> stop() {
		return this.life.stop();
	}

	@Override
	public void close() {
		this.life.close();
	}

	ReactorLife life() {
		return this.life;
	}

	boolean closing() {
		return this.life.closing();
	}

	@Override
	public boolean running() {
		return !this.life.stopped();
	}

	@Override
	public boolean inReactorThread() {
		return currentLoop() != null;
	}

	@Override
	public void callWhenRunning(Action call) {
		if (!running() && this.life.addStartupCall(call)) {
			return;
		}
		Loop loop = currentLoop();
		if (loop != null) {
			loop.call("callWhenRunning", call);
		}
		else {
			callFromThread(call);
		}
	}

	@Override
	public SystemEventTrigger addSystemEventTrigger(Phase phase, SystemEvent eventType,
			Callable<? extends @Nullable Object> call) {
		return this.events.add(phase, eventType, call);
	}

	@Override
	public void removeSystemEventTrigger(SystemEventTrigger trigger) {
		this.events.remove(trigger);
	}

	@Override
	public void fireSystemEvent(SystemEvent eventType) {
		checkThread("fireSystemEvent");
		this.life.open();
		this.events.fireAll(eventType, loopHere());
	}

	// Time

	@Override
	public Duration seconds() {
		return moment(System.nanoTime());
	}

	Duration moment(long nanoTime) {
		return Duration.ofNanos(nanoTime + this.epochOffset);
	}

	@Override
	public DelayedCall callLater(Duration delay, Action call) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("A call cannot be made %s before now".formatted(delay.negated()));
		}
		return loopHere().callLater(delay, call);
	}

	@Override
	public List<DelayedCall> getDelayedCalls() {
		List<DelayedCall> calls = new ArrayList<>();
		this.loops.forEach((loop) -> loop.timers().copyTo(calls));
		return calls;
	}

	// Threads

	@Override
	public void callFromThread(Action call) {
		Loop loop = loopHere();
		loop.post(new PostedCall(loop, "callFromThread", call, CallContext.capture()));
	}

	@Override
	public void callInThread(Action call) {
		this.threads.callInThread(call);
	}

	@Override
	public <T extends @Nullable Object> Deferred<T> deferToThread(Callable<? extends T> call) {
		return this.threads.deferToThread(call);
	}

	@Override
	public <T extends @Nullable Object> Deferred<T> deferred(Publisher<? extends T> publisher) {
		return Deferred.from(publisher, this.threads.backHere("deferred"));
	}

	@Override
	public <T extends @Nullable Object> Deferred<T> deferred(CompletionStage<? extends T> stage) {
		return Deferred.from(stage, this.threads.backHere("deferred"));
	}

	@Override
	public <T extends @Nullable Object> T blockingCallFromThread(Callable<? extends @Nullable Object> call)
			throws Exception {
		return this.threads.blockingCallFromThread(call);
	}

	@Override
	public void suggestThreadPoolSize(int size) {
		if (size < 1) {
			throw new IllegalArgumentException("A thread pool cannot have %d threads".formatted(size));
		}
		this.pool.resize(size);
	}

	// TCP

	@Override
	public ListeningPort listenTCP(InetSocketAddress address, Factory factory, ListenOptions options) {
		checkThread("listenTCP");
		this.life.open();
		return StreamPort.listen(loopHere(), this.eventLoops.model().serverSocket(), address, factory, options);
	}

	@Override
	public Connector connectTCP(String host, int port, ClientFactory factory, Duration timeout,
			@Nullable InetSocketAddress bindAddress) {
		checkThread("connectTCP");
		return connect(host, port, factory, null, timeout, bindAddress);
	}

	private Connector connect(String host, int port, ClientFactory factory, @Nullable ContextFactory contextFactory,
			Duration timeout, @Nullable InetSocketAddress bindAddress) {
		if (port < 1 || port > 65535) {
			throw new IllegalArgumentException("There is no port %d to connect to".formatted(port));
		}
		this.life.open();
		StreamConnector connector = new StreamConnector(loopHere(),
				new InternetTarget(this, new Connector.HostAndPort(host, port), bindAddress), factory, contextFactory,
				timeout);
		connector.connect();
		return connector;
	}

	@Override
	public ListeningPort adoptStreamPort(ServerSocketChannel channel, Factory factory) {
		checkThread("adoptStreamPort");
		Registration.checkBound(channel, channel::getLocalAddress);
		this.life.open();
		return StreamPort.adopt(loopHere(), nioLoop(loopHere()), new NioServerSocketChannel(channel), factory);
	}

	// TLS

	@Override
	public ListeningPort listenSSL(InetSocketAddress address, Factory factory, ContextFactory contextFactory,
			ListenOptions options) {
		checkThread("listenSSL");
		this.life.open();
		return StreamPort.listen(loopHere(), this.eventLoops.model().serverSocket(), address, factory,
				options.withTLS(contextFactory));
	}

	@Override
	public Connector connectSSL(String host, int port, ClientFactory factory, ContextFactory contextFactory,
			Duration timeout, @Nullable InetSocketAddress bindAddress) {
		checkThread("connectSSL");
		return connect(host, port, factory, contextFactory, timeout, bindAddress);
	}

	// Unix sockets

	@Override
	public ListeningPort listenUNIX(Path path, Factory factory, ListenOptions options, int mode, boolean wantPID) {
		checkThread("listenUNIX");
		this.life.open();
		Model model = this.eventLoops.model();
		UnixSocketFile file = UnixSocketFile.reserve(path, mode, wantPID);
		return StreamPort.listen(loopHere(), model.serverUnixSocket(), model.unixAddress(path), factory, options, file);
	}

	@Override
	public Connector connectUNIX(Path path, ClientFactory factory, Duration timeout) {
		checkThread("connectUNIX");
		this.life.open();
		StreamConnector connector = new StreamConnector(loopHere(), new UnixTarget(this, path), factory, null, timeout);
		connector.connect();
		return connector;
	}

	// UDP

	@Override
	public ListeningPort listenUDP(InetSocketAddress address, DatagramProtocol protocol, int maxPacketSize) {
		checkThread("listenUDP");
		checkPacketSize(maxPacketSize);
		this.life.open();
		return UdpPort.listen(loopHere(), this.eventLoops.model().datagram(null), address, protocol, maxPacketSize,
				false);
	}

	@Override
	public ListeningPort listenMulticast(InetSocketAddress address, DatagramProtocol protocol, int maxPacketSize,
			boolean listenMultiple) {
		checkThread("listenMulticast");
		checkPacketSize(maxPacketSize);
		this.life.open();
		SocketProtocolFamily family = (address.getAddress() instanceof java.net.Inet6Address
				&& !address.getAddress().isAnyLocalAddress()) ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
		return UdpPort.listen(loopHere(), this.eventLoops.model().datagram(family), address, protocol, maxPacketSize,
				listenMultiple);
	}

	@Override
	public ListeningPort adoptDatagramPort(java.nio.channels.DatagramChannel channel, DatagramProtocol protocol,
			int maxPacketSize) {
		checkThread("adoptDatagramPort");
		checkPacketSize(maxPacketSize);
		Registration.checkBound(channel, channel::getLocalAddress);
		this.life.open();
		return UdpPort.adopt(loopHere(), nioLoop(loopHere()), new NioDatagramChannel(channel), protocol, maxPacketSize);
	}

	private static void checkPacketSize(int maxPacketSize) {
		if (maxPacketSize < 1) {
			throw new IllegalArgumentException("Datagrams cannot be cut to %d bytes".formatted(maxPacketSize));
		}
	}

	/** Where a channel of Java's own is read for a loop: there, if it can be. */
	private EventLoop nioLoop(Loop loop) {
		return (this.eventLoops.model() == Model.NIO) ? loop.executor() : this.life.adoptedLoop();
	}

	// Names

	@Override
	public Deferred<List<InetAddress>> resolveHostName(String hostName) {
		checkThread("resolveHostName");
		this.life.open();
		Loop loop = loopHere();
		Deferred<List<InetAddress>> resolved = new Deferred<>();
		this.names.resolve(loop, hostName).addListener((Future<List<InetAddress>> found) -> loop.post(() -> {
			if (found.isSuccess()) {
				resolved.callback(found.getNow());
			}
			else {
				resolved.errback(new DNSLookupException(
						"There is no address of '%s': %s".formatted(hostName, found.cause().getMessage()),
						found.cause()));
			}
		}));
		return resolved;
	}

	// What the parts of this package ask for

	Model model() {
		return this.eventLoops.model();
	}

	OpenSockets sockets() {
		return this.sockets;
	}

	/** What distinguishes one connection from all others. */
	long nextConnection() {
		return this.connectionCount.incrementAndGet();
	}

	/**
	 * The context of a connection's or port's callbacks.
	 * @param base what it begins with
	 * @param server the name of what it belongs to
	 * @param connection its number, 0 for a port
	 */
	CallContext callContext(CallContext base, String server, long connection) {
		if (!this.logContext) {
			return base;
		}
		CallContext named = base.with(SERVER_KEY, server);
		return (connection != 0) ? named.with(CONNECTION_KEY, Long.toString(connection)) : named;
	}

	SystemEvents events() {
		return this.events;
	}

	BodyThreads bodyThreads() {
		return this.bodyThreads;
	}

	WorkerPool pool() {
		return this.pool;
	}

	Threads threads() {
		return this.threads;
	}

	Names names() {
		return this.names;
	}

	List<Loop> loops() {
		return this.loops;
	}

	Loop mainLoop() {
		return this.loops.get(0);
	}

	/** The loop the caller is on, or else the main loop. */
	Loop loopHere() {
		Loop current = currentLoop();
		return (current != null) ? current : mainLoop();
	}

	/** The loop that is to have the next connection. */
	Loop nextLoop() {
		return (this.loops.size() == 1) ? mainLoop()
				: this.loops.get(Math.floorMod(this.nextLoop.getAndIncrement(), this.loops.size()));
	}

	private @Nullable Loop currentLoop() {
		for (Loop loop : this.loops) {
			if (loop.inLoop()) {
				return loop;
			}
		}
		return null;
	}

	/** Whether there is no loop to run on, and will not be unless it is started again. */
	boolean stopped() {
		return this.life.stopped();
	}

	void checkThread(String what) {
		if (!this.life.stopped() && !inReactorThread()) {
			throw new NotInReactorThreadException(
					"%s belongs to the reactor's thread but was called on '%s': use reactor.callFromThread(...)"
						.formatted(what, Thread.currentThread().getName()));
		}
	}

	/** User code has thrown something that it should not have. */
	void callbackFailed(Object who, Throwable ex) {
		if (closing() && ex instanceof ReactorNotRunningException) {
			// Who reconnects when a connection is lost may well do so now.
			logger.debug("{} came too late", who, ex);
			return;
		}
		this.callbackErrors.increment();
		logger.error("Unhandled error in {}", who, ex);
	}

	void shutdownGoesOnWithout(String what) {
		logger.warn("The shutdown does not wait any longer for {}; it has {} in all", what,
				this.life.shutdownTimeout());
	}

	void abortedAtShutdown(int connections) {
		this.abortedAtShutdown.add(connections);
		logger.warn("Aborted {} connections that were still open {} after the shutdown began", connections,
				this.life.shutdownTimeout());
	}

	@Override
	public ReactorStatistics statistics() {
		int delayedCalls = 0;
		for (Loop loop : this.loops) {
			delayedCalls += loop.timers().size();
		}
		return new ReactorStatistics(this.eventLoops.model().label(), this.loops.size(), this.sockets.connections(),
				delayedCalls, this.callbackErrors.sum(), this.slowCallbacks.count(), this.abortedAtShutdown.sum());
	}

}
