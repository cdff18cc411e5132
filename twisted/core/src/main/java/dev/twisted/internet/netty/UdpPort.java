package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.twisted.defer.CallContext;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.Address;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.DatagramTransport;
import dev.twisted.internet.ListeningPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open UDP port and the transport of the protocol on it. Datagrams that the operating
 * system has no room for are dropped, as the network might have done.
 */
final class UdpPort extends ChannelInboundHandlerAdapter
		implements ListeningPort, DatagramTransport, Contextual, Loop.Flushable {

	private static final Logger logger = LoggerFactory.getLogger(ListeningPort.class);

	/** What fits into a datagram of IPv4. */
	private static final int LONGEST = 65507;

	/** How many datagrams are taken in one turn, so that others have theirs. */
	private static final int PER_READ = 16;

	private final Loop loop;

	private final DatagramChannel channel;

	private final DatagramProtocol protocol;

	private final Address host;

	private final Memberships memberships;

	private volatile @Nullable InetSocketAddress connectedTo;

	private volatile String name;

	/** What the log calls this. */
	private volatile String title;

	private CallContext callContext;

	private boolean reading;

	private boolean flushScheduled;

	/** Those who wait for the port to be closed; guards {@link #closed}. */
	private final List<Deferred<@Nullable Void>> waiting = new ArrayList<>();

	/** Volatile for those on other threads, who look before they ask the loop. */
	private volatile boolean closed;

	private UdpPort(Loop loop, DatagramChannel channel, DatagramProtocol protocol, Address host) {
		this.loop = loop;
		this.channel = channel;
		this.memberships = new Memberships(this, channel);
		this.protocol = protocol;
		this.host = host;
		this.name = protocol.logPrefix();
		this.title = this.name;
		this.callContext = loop.reactor().callContext(CallContext.EMPTY, this.name, 0);
	}

	static UdpPort listen(Loop loop, DatagramChannel channel, InetSocketAddress address, DatagramProtocol protocol,
			int maxPacketSize, boolean listenMultiple) {
		if (listenMultiple) {
			channel.config().setReuseAddress(true);
		}
		return open(loop, loop.executor(), channel, address, protocol, maxPacketSize, () -> channel.bind(address));
	}

	/** Take over a channel that is bound already. */
	static UdpPort adopt(Loop loop, EventLoop channelLoop, DatagramChannel channel, DatagramProtocol protocol,
			int maxPacketSize) {
		return open(loop, channelLoop, channel, channel.localAddress(), protocol, maxPacketSize,
				channel::newSucceededFuture);
	}

	private static UdpPort open(Loop loop, EventLoop channelLoop, DatagramChannel channel, InetSocketAddress address,
			DatagramProtocol protocol, int maxPacketSize, Supplier<ChannelFuture> bind) {
		channel.config().setAutoRead(false);
		channel.config()
			.setOption(ChannelOption.RECVBUF_ALLOCATOR,
					new FixedRecvByteBufAllocator(maxPacketSize).maxMessagesPerRead(PER_READ));
		Registration.register(channelLoop, channel, address, bind);
		InetSocketAddress bound = channel.localAddress();
		UdpPort port = new UdpPort(loop, channel, protocol, Address.of("UDP", (bound != null) ? bound : address));
		// A channel that was adopted may be connected.
		port.connectedTo = channel.remoteAddress();
		Registration.handle(channel, channelLoop, loop, port);
		try {
			port.start();
		}
		catch (Throwable ex) {
			channel.close();
			throw new CannotListenException(address, ex);
		}
		loop.reactor().sockets().opened(port);
		channel.closeFuture().addListener((closed) -> port.closed());
		if (channel.isOpen() && loop.reactor().running()) {
			port.resume();
		}
		return port;
	}

	private void start() throws Exception {
		if (!this.loop.inLoop()) {
			this.protocol.makeConnection(this);
			return;
		}
		Contextual outer = this.loop.enter(this, this);
		try {
			this.protocol.makeConnection(this);
		}
		finally {
			this.loop.exit(this, outer);
		}
	}

	/** Take what comes. */
	void resume() {
		this.channel.config().setAutoRead(true);
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		DatagramPacket packet = (DatagramPacket) message;
		this.reading = true;
		Contextual outer = this.loop.enter(this, this);
		try {
			if (!this.closed) {
				this.protocol.deliverDatagram(packet.content(), packet.sender());
			}
		}
		catch (Throwable ex) {
			this.loop.reactor().callbackFailed(this, ex);
		}
		finally {
			this.loop.exit(this, outer);
			packet.release();
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		this.reading = false;
		flush();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		if (cause instanceof PortUnreachableException) {
			refused();
		}
		else if (this.channel.isOpen()) {
			logger.warn("Receiving on {} failed", this, cause);
		}
	}

	private void refused() {
		if (this.connectedTo != null && !this.closed) {
			this.loop.call(this, this, this.protocol::deliverConnectionRefused);
		}
	}

	// Output

	@Override
	public void write(byte[] data, InetSocketAddress address) {
		write(Unpooled.wrappedBuffer(data), address);
	}

	@Override
	public void write(ByteBuf data, InetSocketAddress address) {
		if (address.isUnresolved()) {
			data.release();
			throw new IllegalArgumentException("'%s' has not been looked up".formatted(address));
		}
		InetSocketAddress only = this.connectedTo;
		if (only != null && !only.equals(address)) {
			data.release();
			throw new IllegalArgumentException(
					"%s is connected to %s; it cannot write to %s".formatted(this, only, address));
		}
		send(data, (only != null) ? null : address);
	}

	@Override
	public void write(byte[] data) {
		write(Unpooled.wrappedBuffer(data));
	}

	@Override
	public void write(ByteBuf data) {
		if (this.connectedTo == null) {
			data.release();
			throw new IllegalStateException(
					"%s is not connected: say to whom to write, or connect(host, port) first".formatted(this));
		}
		send(data, null);
	}

	private void send(ByteBuf data, @Nullable InetSocketAddress address) {
		if (data.readableBytes() > LONGEST) {
			int length = data.readableBytes();
			data.release();
			throw new IllegalArgumentException("%d bytes do not fit into a datagram".formatted(length));
		}
		if (this.closed) {
			data.release();
			return;
		}
		if (!this.loop.inLoop()) {
			this.loop.post(() -> send(data, address));
			return;
		}
		if (!this.channel.isWritable()) {
			// Perhaps only because much was written in this turn.
			this.channel.flush();
		}
		if (this.closed || !this.channel.isWritable()) {
			data.release();
			return;
		}
		if (!data.isReadable()) {
			data.release();
			sendEmpty(address);
			return;
		}
		this.channel.write((address != null) ? new DatagramPacket(data, address) : data).addListener(this::sent);
		if (!this.reading && !this.flushScheduled) {
			this.flushScheduled = true;
			this.loop.flushLater(this);
		}
	}

	private void sendEmpty(@Nullable InetSocketAddress address) {
		EventLoop channelLoop = this.channel.eventLoop();
		if (!channelLoop.inEventLoop()) {
			channelLoop.execute(() -> sendEmpty(address));
			return;
		}
		try {
			UdpSocket.sendEmpty(this.channel, address);
		}
		catch (IOException ex) {
			if (this.loop.inLoop()) {
				notSent(ex);
			}
			else {
				this.loop.post(() -> notSent(ex));
			}
		}
	}

	private void sent(Future<?> sent) {
		if (!sent.isSuccess()) {
			notSent(sent.cause());
		}
	}

	private void notSent(Throwable cause) {
		if (cause instanceof PortUnreachableException
				|| (this.connectedTo != null && cause instanceof java.net.ConnectException)) {
			refused();
		}
		else {
			logger.debug("A datagram from {} was not sent", this, cause);
		}
	}

	@Override
	public void flush() {
		this.flushScheduled = false;
		this.channel.flush();
	}

	@Override
	public void connect(String host, int port) {
		if (NetUtil.createByteArrayFromIpAddressString(host) == null) {
			throw new IllegalArgumentException("'%s' is not a numeric address".formatted(host));
		}
		if (this.connectedTo != null) {
			throw new IllegalStateException("%s is connected to %s already".formatted(this, this.connectedTo));
		}
		InetSocketAddress address = new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(host), port);
		this.connectedTo = address;
		onLoop(() -> {
			if (this.channel.isOpen()) {
				this.channel.connect(address).addListener((connected) -> {
					if (!connected.isSuccess()) {
						this.connectedTo = null;
						logger.warn("{} could not connect to {}", this, address, connected.cause());
					}
				});
			}
		});
	}

	// Multicast

	@Override
	public Deferred<@Nullable Void> joinGroup(InetAddress group, @Nullable NetworkInterface networkInterface) {
		return membership(() -> this.memberships.join(group, networkInterface));
	}

	@Override
	public Deferred<@Nullable Void> leaveGroup(InetAddress group, @Nullable NetworkInterface networkInterface) {
		return membership(() -> this.memberships.leave(group, networkInterface));
	}

	private Deferred<@Nullable Void> membership(Callable<ChannelFuture> change) {
		Deferred<@Nullable Void> result = new Deferred<>();
		onLoop(() -> {
			try {
				change.call().addListener((changed) -> {
					if (changed.isSuccess()) {
						this.loop.call(this, this, () -> result.callback(null));
					}
					else {
						this.loop.call(this, this, () -> result.errback(changed.cause()));
					}
				});
			}
			catch (Exception ex) {
				this.loop.call(this, this, () -> result.errback(ex));
			}
		});
		return result;
	}

	@Override
	public void setTTL(int ttl) {
		if (ttl < 0 || ttl > 255) {
			throw new IllegalArgumentException("A datagram cannot pass %d routers".formatted(ttl));
		}
		configure((channel) -> UdpSocket.setMulticastTimeToLive(channel, ttl));
	}

	@Override
	public void setLoopbackMode(boolean enabled) {
		configure((channel) -> UdpSocket.setMulticastLoopback(channel, enabled));
	}

	@Override
	public void setOutgoingInterface(NetworkInterface networkInterface) {
		configure((channel) -> channel.config().setNetworkInterface(networkInterface));
	}

	@Override
	public void setBroadcastAllowed(boolean enabled) {
		configure((channel) -> channel.config().setBroadcast(enabled));
	}

	private void configure(Consumer<DatagramChannel> change) {
		onLoop(() -> {
			if (this.channel.isOpen()) {
				change.accept(this.channel);
			}
		});
	}

	// The end

	@Override
	public Deferred<@Nullable Void> stopListening() {
		Deferred<@Nullable Void> result = new Deferred<>();
		synchronized (this.waiting) {
			if (!this.closed) {
				this.waiting.add(result);
				if (this.loop.inLoop() || !this.loop.reactor().running()) {
					close();
				}
				else {
					// Behind what this caller has written before.
					this.loop.post(this::close);
				}
				return result;
			}
		}
		result.callback(null);
		return result;
	}

	private void close() {
		this.channel.flush();
		this.channel.close();
	}

	private void closed() {
		this.loop.reactor().sockets().closed(this);
		Registration.afterClose(this.channel.eventLoop(), this.loop.executor(), () -> {
			List<Deferred<@Nullable Void>> waited;
			synchronized (this.waiting) {
				this.closed = true;
				waited = List.copyOf(this.waiting);
			}
			this.loop.call(this, this, this.protocol::deliverStop);
			for (Deferred<@Nullable Void> deferred : waited) {
				this.loop.call(this, this, () -> deferred.callback(null));
			}
		});
	}

	private void onLoop(Runnable task) {
		if (this.loop.inLoop()) {
			task.run();
		}
		else {
			this.loop.post(task);
		}
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
	public String name() {
		return this.name;
	}

	@Override
	public void setName(String name) {
		this.name = name;
		this.title = "%s of server '%s'".formatted(this.protocol.logPrefix(), name);
		this.callContext = this.loop.reactor().callContext(this.callContext, name, 0);
	}

	@Override
	public boolean listening() {
		return this.channel.isOpen();
	}

	@Override
	public Address getHost() {
		return this.host;
	}

	@Override
	public int connections() {
		return 0;
	}

	@Override
	public void setMaxConnections(int max) {
		throw new UnsupportedOperationException("UDP has no connections to limit");
	}

	@Override
	public long refusedConnections() {
		return 0;
	}

	@Override
	public String toString() {
		return "%s on %s".formatted(this.title, this.host);
	}

}
