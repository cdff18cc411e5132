package dev.twisted.spread.pb;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import dev.twisted.internet.ServerFactory;
import dev.twisted.spread.cred.Portal;

/**
 * Serves Perspective Broker: each connection gets hold of a root, or of a portal to log
 * in at. Follows Twisted's class of this name.
 */
public final class PBServerFactory extends ServerFactory {

	/** The port that Twisted's documentation uses. */
	public static final int PORT = 8787;

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
