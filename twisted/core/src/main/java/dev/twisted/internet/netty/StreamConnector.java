package dev.twisted.internet.netty;

import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

import dev.twisted.defer.CallContext;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.ConnectException;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.Connector;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.NoRouteException;
import dev.twisted.internet.NotConnectingException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorNotRunningException;
import dev.twisted.internet.UserException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and all attempts at it. Each attempt tries the addresses of the
 * host one after the other, within one time limit.
 */
final class StreamConnector implements Connector, Contextual {

	private final Loop loop;

	private final Target target;

	private final HostAndPort destination;

	private final ClientFactory factory;

	private final @Nullable ContextFactory contextFactory;

	private final Duration timeout;

	private CallContext callContext = CallContext.capture();

	private State state = State.DISCONNECTED;

	private boolean factoryStarted;

	private @Nullable Attempt attempt;

	StreamConnector(Loop loop, Target target, ClientFactory factory, @Nullable ContextFactory contextFactory,
			Duration timeout) {
		this.loop = loop;
		this.target = target;
		this.destination = target.destination();
		this.factory = factory;
		this.contextFactory = contextFactory;
		this.timeout = timeout;
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
		if (this.loop.inLoop()) {
			disconnectNow();
		}
		else {
			this.loop.executor().execute(this::disconnectNow);
		}
	}

	private void disconnectNow() {
		if (this.state == State.CONNECTING) {
			stopConnecting();
		}
		else if (this.attempt != null && this.attempt.connection != null) {
			this.attempt.connection.loseConnection();
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
	public Reactor reactor() {
		return this.loop.reactor();
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
	private final class Attempt implements ConnectionOwner {

		private @Nullable DelayedCall deadline;

		private @Nullable DuplexChannel channel;

		private @Nullable StreamConnection connection;

		private @Nullable Throwable lastCause;

		private boolean over;

		/** Whether this is the attempt that its connector is making. */
		boolean current() {
			return StreamConnector.this.attempt == this && !this.over && StreamConnector.this.state == State.CONNECTING;
		}

		void begin() {
			if (!current()) {
				return;
			}
			Duration timeout = StreamConnector.this.timeout;
			this.deadline = StreamConnector.this.loop.callLater(timeout, () -> fail(new TimeoutException(
					"Connecting to %s took longer than %s".formatted(StreamConnector.this.destination, timeout))));
			step(() -> StreamConnector.this.target.addresses(StreamConnector.this.loop)
				.addListener((Future<List<SocketAddress>> resolved) -> onLoop(() -> step(() -> resolved(resolved)))));
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

		private void resolved(Future<List<SocketAddress>> resolved) {
			if (!current()) {
				return;
			}
			if (resolved.isSuccess()) {
				tryNext(resolved.getNow().iterator());
			}
			else {
				fail(new DNSLookupException("There is no address of '%s': %s".formatted(
						StreamConnector.this.destination.host(), resolved.cause().getMessage()), resolved.cause()));
			}
		}

		private void tryNext(Iterator<SocketAddress> addresses) {
			if (!addresses.hasNext()) {
				fail(failure(this.lastCause));
				return;
			}
			SocketAddress address = addresses.next();
			Loop loop = StreamConnector.this.loop;
			DuplexChannel channel = StreamConnector.this.target.channel();
			this.channel = channel;
			// The attempt has a time limit of its own, over all addresses.
			channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
			StreamConnection connection = new StreamConnection(loop, channel, loop.executor(), this);
			this.connection = connection;
			connection.register(loop.executor());
			if (!channel.isRegistered()) {
				return;
			}
			SocketAddress from = StreamConnector.this.target.from();
			((from != null) ? channel.connect(address, from) : channel.connect(address)).addListener((connected) -> {
				if (!connected.isSuccess() && this.channel == channel && current()) {
					this.lastCause = connected.cause();
					channel.close();
					step(() -> tryNext(addresses));
				}
			});
		}

		private RuntimeException failure(@Nullable Throwable cause) {
			String message = "Connecting to %s failed: %s".formatted(StreamConnector.this.destination,
					(cause != null) ? cause.getMessage() : "the name has no address");
			if (cause == null || cause instanceof UnknownHostException) {
				return new DNSLookupException(message, cause);
			}
			if (cause instanceof NoRouteToHostException) {
				return new NoRouteException(message, cause);
			}
			// Netty's own exceptions are subclasses of Java's.
			if (cause instanceof java.net.ConnectException) {
				return new ConnectionRefusedException("Connection to %s was refused: nobody listens there"
					.formatted(StreamConnector.this.destination), cause);
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
			DuplexChannel abandoned = this.channel;
			if (abandoned != null) {
				abandoned.close();
			}
			StreamConnector.this.state = State.DISCONNECTED;
			Loop loop = StreamConnector.this.loop;
			loop.call(StreamConnector.this.factory.logPrefix(), StreamConnector.this,
					() -> StreamConnector.this.factory.clientConnectionFailed(StreamConnector.this, why));
			stopFactory();
		}

		/** The attempt has succeeded or failed. */
		private void end() {
			this.over = true;
			StreamConnector.this.loop.reactor().sockets().settled(StreamConnector.this);
			if (this.deadline != null && this.deadline.active()) {
				this.deadline.cancel();
			}
		}

		private void onLoop(Runnable task) {
			if (StreamConnector.this.loop.inLoop()) {
				task.run();
			}
			else {
				StreamConnector.this.loop.post(task);
			}
		}

		@Override
		public CallContext callContext(long connection) {
			return StreamConnector.this.loop.reactor()
				.callContext(StreamConnector.this.callContext, StreamConnector.this.factory.logPrefix(), connection);
		}

		@Override
		public @Nullable Protocol buildProtocol(Address peer) throws Exception {
			if (!current()) {
				return null;
			}
			Protocol protocol = StreamConnector.this.factory.buildProtocol(peer);
			if (!current()) {
				// The factory has stopped connecting meanwhile.
				return null;
			}
			if (protocol == null) {
				// As in Twisted: a connection that nobody wants is made and lost.
				protocol = new Unwanted();
			}
			if (protocol.factory() == null) {
				protocol.setFactory(StreamConnector.this.factory);
			}
			end();
			StreamConnector.this.state = State.CONNECTED;
			return protocol;
		}

		@Override
		public @Nullable ContextFactory contextFactory() {
			return StreamConnector.this.contextFactory;
		}

		@Override
		public HostAndPort destination() {
			return StreamConnector.this.destination;
		}

		@Override
		public Failure reasonOfClose() {
			// Java's own Unix sockets close when the peer has closed its direction.
			return (this.channel instanceof NioDomainSocketChannel) ? ConnectionDone.FAILURE
					: new Failure(new ConnectionLost(null));
		}

		@Override
		public void notConnected(Failure reason) {
			fail(reason);
		}

		@Override
		public void connectionLost(Failure reason) {
			StreamConnector.this.state = State.DISCONNECTED;
			Loop loop = StreamConnector.this.loop;
			loop.call(StreamConnector.this.factory.logPrefix(), StreamConnector.this,
					() -> StreamConnector.this.factory.clientConnectionLost(StreamConnector.this, reason));
			stopFactory();
		}

		@Override
		public void channelClosed() {
		}

		@Override
		public String toString() {
			return StreamConnector.this.toString();
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
