package dev.twisted.spread.pb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.endpoints.StreamClientEndpoint;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.cred.Anonymous;
import dev.twisted.spread.cred.UsernamePassword;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a server of Perspective Broker. Use it with
 * {@link dev.twisted.internet.Reactor#connectTCP}, with an endpoint or with a
 * {@link dev.twisted.endpoints.ClientService}; ask for the root before, meanwhile or
 * after. Each new connection takes the place of the one before. May be used from any
 * thread. Follows Twisted's class of this name.
 */
public final class PBClientFactory extends ClientFactory {

	private final ReactorTime clock;

	private final BrokerOptions options;

	private final List<Deferred<RemoteReference>> requests = new ArrayList<>();

	private final BrokerOwner owner = new BrokerOwner() {

		@Override
		public void brokerReady(Broker broker) {
			ready(broker);
		}

		@Override
		public void brokerLost(Broker broker, Failure reason) {
			lost(broker, reason);
		}

	};

	private @Nullable Broker broker;

	/**
	 * Make a factory with the default options.
	 * @param clock the reactor
	 */
	public PBClientFactory(ReactorTime clock) {
		this(clock, BrokerOptions.defaults());
	}

	/**
	 * Make a factory.
	 * @param clock the reactor
	 * @param options what the server may do, and how long it is waited for
	 */
	public PBClientFactory(ReactorTime clock, BrokerOptions options) {
		this.clock = clock;
		this.options = options;
	}

	@Override
	public Protocol buildProtocol(Address address) {
		Broker built = new Broker(true, this.clock, this.options, this.owner);
		built.setFactory(this);
		return built;
	}

	/**
	 * Connect by an endpoint, which tells nobody but its caller when that fails.
	 * @param endpoint where to
	 * @return fires with the root, or with the reason why there is none
	 */
	public Deferred<RemoteReference> connect(StreamClientEndpoint endpoint) {
		Deferred<RemoteReference> root = getRootObject();
		Deferred<Protocol> connecting = endpoint.connect(this);
		connecting.<@Nullable Void>addBoth((protocol, failure) -> {
			if (failure != null) {
				failAll(failure);
			}
			return null;
		});
		return root;
	}

	/**
	 * The root of the server.
	 * @return always fires: with the root when the connection is ready, or with the
	 * reason why connecting has failed or the connection was lost before, or with a
	 * {@link dev.twisted.defer.TimeoutException}
	 */
	public Deferred<RemoteReference> getRootObject() {
		Deferred<RemoteReference> request;
		synchronized (this.requests) {
			Broker present = this.broker;
			if (present != null) {
				return Deferred.succeed(present.remoteForName(Words.ROOT));
			}
			request = new Deferred<>(this::withdraw);
			this.requests.add(request);
		}
		Duration timeout = this.options.callTimeout();
		if (timeout == null) {
			return request;
		}
		return request.addTimeout(timeout, this.clock, (root, failure) -> {
			throw new TimeoutException("There was no connection to a server of Perspective Broker in " + timeout);
		});
	}

	private void withdraw(Deferred<RemoteReference> request) {
		synchronized (this.requests) {
			this.requests.removeIf((each) -> each == request);
		}
	}

	/**
	 * Log in with a name and a password. The password is not sent, but its proof.
	 * @param credentials name and password
	 * @param mind what the server may reach us by, usually a {@link Referenceable};
	 * {@code null} for nothing
	 * @return fires with a reference to the avatar, or with the reason why there is none
	 */
	public Deferred<RemoteReference> login(UsernamePassword credentials, @Nullable Object mind) {
		return getRootObject().<List<?>>compose((root) -> root.callRemote("login", Bytes.utf8(credentials.username())))
			.compose((challenge) -> respond(challenge, credentials.password(), mind));
	}

	private static Deferred<RemoteReference> respond(List<?> answer, String password, @Nullable Object mind)
			throws ProtocolException {
		if (answer.size() != 2 || !(answer.get(0) instanceof byte[] challenge)
				|| !(answer.get(1) instanceof RemoteReference challenger)) {
			throw new ProtocolException("The answer to the login is no challenge");
		}
		Deferred<RemoteReference> avatar = challenger.callRemote("respond",
				ChallengeResponse.respond(challenge, password), mind);
		challenger.release();
		return avatar;
	}

	/**
	 * Log in without a name.
	 * @param credentials none
	 * @param mind what the server may reach us by, {@code null} for nothing
	 * @return fires with a reference to the avatar, or with the reason why there is none
	 */
	public Deferred<RemoteReference> login(Anonymous credentials, @Nullable Object mind) {
		return getRootObject().compose((root) -> root.callRemote("loginAnonymous", mind));
	}

	/**
	 * Close the connection, if there is one, after what was sent.
	 */
	public void disconnect() {
		Broker present;
		synchronized (this.requests) {
			present = this.broker;
		}
		if (present != null) {
			present.transport().loseConnection();
		}
	}

	@Override
	public void clientConnectionFailed(Connector connector, Failure reason) {
		failAll(reason);
	}

	private void ready(Broker broker) {
		List<Deferred<RemoteReference>> waiting;
		synchronized (this.requests) {
			this.broker = broker;
			waiting = List.copyOf(this.requests);
			this.requests.clear();
		}
		waiting.forEach((request) -> request.callback(broker.remoteForName(Words.ROOT)));
	}

	private void lost(Broker broker, Failure reason) {
		synchronized (this.requests) {
			if (this.broker == broker) {
				this.broker = null;
			}
		}
		failAll(reason);
	}

	private void failAll(Failure reason) {
		List<Deferred<RemoteReference>> waiting;
		synchronized (this.requests) {
			waiting = List.copyOf(this.requests);
			this.requests.clear();
		}
		waiting.forEach((request) -> request.errback(reason));
	}

}
