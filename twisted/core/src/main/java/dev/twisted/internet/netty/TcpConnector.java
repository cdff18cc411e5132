package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Address;
import dev.twisted.internet.CallContext;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.ConnectException;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.Connector;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.NoRouteException;
import dev.twisted.internet.NotConnectingException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorNotRunningException;
import dev.twisted.internet.UserException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and all attempts at it. Each attempt tries the addresses of the
 * host one after the other, within one time limit.
 */
final class TcpConnector implements Connector, Contextual {

	private final Loop loop;

	private final HostAndPort destination;

	private final ClientFactory factory;

	private final Duration timeout;

	private final @Nullable InetSocketAddress bindAddress;

	private CallContext callContext = CallContext.capture();

	private State state = State.DISCONNECTED;

	private boolean factoryStarted;

	private @Nullable Attempt attempt;

	TcpConnector(Loop loop, String host, int port, ClientFactory factory, Duration timeout,
			@Nullable InetSocketAddress bindAddress) {
		this.loop = loop;
		this.destination = new HostAndPort(host, port);
		this.factory = factory;
		this.timeout = timeout;
		this.bindAddress = bindAddress;
	}

	@Override
	public void connect() {
		this.loop.checkOwnThread("Connector.connect");
		if (this.loop.reactor().closing()) {
			throw new ReactorNotRunningException("The reactor is stopping; %s does not connect".formatted(this));
		}
		if (this.state != State.DISCONNECTED) {
			throw new IllegalStateException("%s is %s already".formatted(this, this.state.label));
		}
		if (!this.factoryStarted) {
			startFactory();
		}
		this.state = State.CONNECTING;
		Attempt begun = new Attempt();
		this.attempt = begun;
		this.loop.reactor().sockets().connecting(this);
		this.loop.call(this.factory.logPrefix(), this, () -> this.factory.startedConnecting(this));
		if (begun.current()) {
			this.loop.reactor().callWhenRunning(begun::begin);
		}
	}

	private void startFactory() {
		try {
			this.factory.doStart();
			this.factoryStarted = true;
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("%s did not start".formatted(this.factory.logPrefix()), ex);
		}
	}

	private void stopFactory() {
		if (this.state == State.DISCONNECTED && this.factoryStarted) {
			this.factoryStarted = false;
			this.loop.call(this.factory.logPrefix(), this, this.factory::doStop);
		}
	}

	@Override
	public void disconnect() {
		this.loop.checkOwnThread("Connector.disconnect");
		if (this.state == State.CONNECTING) {
			stopConnecting();
		}
		else if (this.attempt != null && this.attempt.connection != null) {
			this.attempt.connection.loseConnection();
		}
	}

	/** Disconnect on the connector's own loop, from any. */
	void disconnectOnLoop() {
		if (this.loop.inLoop()) {
			disconnect();
		}
		else {
			this.loop.executor().execute(this::disconnect);
		}
	}

	@Override
	public void stopConnecting() {
		this.loop.checkOwnThread("Connector.stopConnecting");
		Attempt given = this.attempt;
		if (this.state != State.CONNECTING || given == null) {
			throw new NotConnectingException("%s is %s".formatted(this, this.state.label));
		}
		given.fail(new UserException("Connecting to %s was stopped".formatted(this.destination), null));
	}

	@Override
	public HostAndPort getDestination() {
		return this.destination;
	}

	@Override
	public String toString() {
		return "%s to %s".formatted(this.factory.logPrefix(), this.destination);
	}

	@Override
	public CallContext callContext() {
		return this.callContext;
	}

	@Override
	public void callContext(CallContext context) {
		this.callContext = context;
	}

	private enum State {

		DISCONNECTED("disconnected"), CONNECTING("connecting"), CONNECTED("connected");

		private final String label;

		State(String label) {
			this.label = label;
		}

	}

	/**
	 * One attempt, and the connection it comes to.
	 */
	private final class Attempt implements StreamConnection.Owner {

		private @Nullable DelayedCall deadline;

		private @Nullable SocketChannel channel;

		private @Nullable StreamConnection connection;

		private @Nullable Throwable lastCause;

		private boolean over;

		/** Whether this is the attempt that its connector is making. */
		boolean current() {
			return TcpConnector.this.attempt == this && !this.over && TcpConnector.this.state == State.CONNECTING;
		}

		void begin() {
			if (!current()) {
				return;
			}
			Duration timeout = TcpConnector.this.timeout;
			this.deadline = TcpConnector.this.loop.callLater(timeout, () -> fail(new TimeoutException(
					"Connecting to %s took longer than %s".formatted(TcpConnector.this.destination, timeout))));
			step(() -> TcpConnector.this.loop.reactor()
				.names()
				.resolve(TcpConnector.this.loop, TcpConnector.this.destination.host())
				.addListener((Future<List<InetAddress>> resolved) -> onLoop(() -> step(() -> resolved(resolved)))));
		}

		/** Whatever goes wrong on the way, such as a lack of files, ends the attempt. */
		private void step(Runnable step) {
			try {
				step.run();
			}
			catch (RuntimeException | Error ex) {
				fail(failure(ex));
			}
		}

		private void resolved(Future<List<InetAddress>> resolved) {
			if (!current()) {
				return;
			}
			if (resolved.isSuccess()) {
				tryNext(resolved.getNow().iterator());
			}
			else {
				fail(new DNSLookupException("There is no address of '%s': %s"
					.formatted(TcpConnector.this.destination.host(), resolved.cause().getMessage()), resolved.cause()));
			}
		}

		private void tryNext(Iterator<InetAddress> addresses) {
			if (!addresses.hasNext()) {
				fail(failure(this.lastCause));
				return;
			}
			InetSocketAddress address = new InetSocketAddress(addresses.next(), TcpConnector.this.destination.port());
			Loop loop = TcpConnector.this.loop;
			SocketChannel channel = loop.reactor().model().socket();
			this.channel = channel;
			// The attempt has a time limit of its own, over all addresses.
			channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
			StreamConnection connection = new StreamConnection(loop, channel, loop.executor(), this);
			this.connection = connection;
			connection.register(loop.executor());
			if (!channel.isRegistered()) {
				return;
			}
			InetSocketAddress from = TcpConnector.this.bindAddress;
			((from != null) ? channel.connect(address, from) : channel.connect(address)).addListener((connected) -> {
				if (!connected.isSuccess() && this.channel == channel && current()) {
					this.lastCause = connected.cause();
					channel.close();
					step(() -> tryNext(addresses));
				}
			});
		}

		private RuntimeException failure(@Nullable Throwable cause) {
			String message = "Connecting to %s failed: %s".formatted(TcpConnector.this.destination,
					(cause != null) ? cause.getMessage() : "the name has no address");
			if (cause == null || cause instanceof UnknownHostException) {
				return new DNSLookupException(message, cause);
			}
			if (cause instanceof NoRouteToHostException) {
				return new NoRouteException(message, cause);
			}
			// Netty's own exceptions are subclasses of Java's.
			if (cause instanceof java.net.ConnectException) {
				return new ConnectionRefusedException(
						"Connection to %s was refused: nobody listens there".formatted(TcpConnector.this.destination),
						cause);
			}
			return new ConnectException(message, cause);
		}

		void fail(Throwable why) {
			fail(new Failure(why));
		}

		private void fail(Failure why) {
			if (!current()) {
				return;
			}
			end();
			SocketChannel abandoned = this.channel;
			if (abandoned != null) {
				abandoned.close();
			}
			TcpConnector.this.state = State.DISCONNECTED;
			Loop loop = TcpConnector.this.loop;
			loop.call(TcpConnector.this.factory.logPrefix(), TcpConnector.this,
					() -> TcpConnector.this.factory.clientConnectionFailed(TcpConnector.this, why));
			stopFactory();
		}

		/** The attempt has succeeded or failed. */
		private void end() {
			this.over = true;
			TcpConnector.this.loop.reactor().sockets().settled(TcpConnector.this);
			if (this.deadline != null && this.deadline.active()) {
				this.deadline.cancel();
			}
		}

		private void onLoop(Runnable task) {
			if (TcpConnector.this.loop.inLoop()) {
				task.run();
			}
			else {
				TcpConnector.this.loop.executor().execute(task);
			}
		}

		@Override
		public CallContext callContext(long connection) {
			return TcpConnector.this.loop.reactor()
				.callContext(TcpConnector.this.callContext, TcpConnector.this.factory.logPrefix(), connection);
		}

		@Override
		public @Nullable Protocol buildProtocol(Address peer) throws Exception {
			if (!current()) {
				return null;
			}
			Protocol protocol = TcpConnector.this.factory.buildProtocol(peer);
			if (!current()) {
				// The factory has stopped connecting meanwhile.
				return null;
			}
			if (protocol == null) {
				// As in Twisted: a connection that nobody wants is made and lost.
				protocol = new Unwanted();
			}
			if (protocol.factory() == null) {
				protocol.setFactory(TcpConnector.this.factory);
			}
			end();
			TcpConnector.this.state = State.CONNECTED;
			return protocol;
		}

		@Override
		public void notConnected(Failure reason) {
			fail(reason);
		}

		@Override
		public void connectionLost(Failure reason) {
			TcpConnector.this.state = State.DISCONNECTED;
			Loop loop = TcpConnector.this.loop;
			loop.call(TcpConnector.this.factory.logPrefix(), TcpConnector.this,
					() -> TcpConnector.this.factory.clientConnectionLost(TcpConnector.this, reason));
			stopFactory();
		}

		@Override
		public void channelClosed() {
		}

		@Override
		public String toString() {
			return TcpConnector.this.toString();
		}

	}

	/**
	 * Stands in for the protocol that a factory did not want to build.
	 */
	private static final class Unwanted extends Protocol {

		@Override
		protected void connectionMade() {
			transport().loseConnection();
		}

	}

}
