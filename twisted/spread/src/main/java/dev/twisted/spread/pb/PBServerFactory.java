package dev.twisted.spread.pb;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import dev.twisted.internet.ServerFactory;
import dev.twisted.spread.cred.Portal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves Perspective Broker: each connection gets hold of a root, or of a portal to log
 * in at. Follows Twisted's class of this name.
 */
public final class PBServerFactory extends ServerFactory {

	/** The port that Twisted's documentation uses. */
	public static final int PORT = 8787;

	private static final Logger logger = LoggerFactory.getLogger(PBServerFactory.class);

	private static final BrokerOwner NOBODY = new BrokerOwner() {

		@Override
		public void brokerReady(Broker broker) {
		}

		@Override
		public void brokerLost(Broker broker, Failure reason) {
		}

	};

	private final ReactorTime clock;

	private final Root root;

	private final BrokerOptions options;

	/**
	 * Serve an object.
	 * @param clock the reactor
	 * @param root what peers get hold of first; it is shared by all connections, on all
	 * event loops
	 */
	public PBServerFactory(ReactorTime clock, Root root) {
		this(clock, root, BrokerOptions.defaults());
	}

	/**
	 * Serve an object.
	 * @param clock the reactor
	 * @param root what peers get hold of first
	 * @param options what peers may do
	 */
	public PBServerFactory(ReactorTime clock, Root root, BrokerOptions options) {
		this.clock = clock;
		this.root = root;
		this.options = options;
		// Now, so that the first caller does not wait for it.
		if (Flavor.REMOTE.methods(root).isEmpty() && !decidesItself(root.getClass())) {
			logger.warn("Peers can call nothing of {}: none of its methods begins with remote_ or has @Remote",
					root.getClass().getName());
		}
	}

	/** Whether a class says itself what is done about calls, or about the root. */
	private static boolean decidesItself(Class<?> type) {
		try {
			return type.getMethod("remoteMessageReceived", RemoteCall.class).getDeclaringClass() != Referenceable.class
					|| type.getMethod("rootObject", Broker.class).getDeclaringClass() != Root.class;
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException("Every root has these", ex);
		}
	}

	/**
	 * Serve those who log in.
	 * @param clock the reactor
	 * @param portal lets them in; its checkers take
	 * {@link dev.twisted.spread.cred.UsernameHashedPassword} or
	 * {@link dev.twisted.spread.cred.Anonymous}
	 * @param options what peers may do
	 */
	public PBServerFactory(ReactorTime clock, Portal<? extends Avatar> portal, BrokerOptions options) {
		this(clock, new PortalRoot(portal), options);
	}

	@Override
	public Protocol buildProtocol(Address address) {
		Broker broker = new Broker(false, this.clock, this.options, NOBODY);
		broker.setFactory(this);
		broker.setRoot(this.root.rootObject(broker));
		return broker;
	}

}
