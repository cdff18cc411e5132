package dev.twisted.boot.autoconfigure.spread;

import dev.twisted.boot.ProtocolHandlerAdapter;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.cred.Portal;
import dev.twisted.spread.pb.Avatar;
import dev.twisted.spread.pb.BrokerOptions;
import dev.twisted.spread.pb.PBServerFactory;
import dev.twisted.spread.pb.Root;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Lets a root object, or a portal to log in at, be the handler of a server.
 */
final class SpreadHandlerAdapter implements ProtocolHandlerAdapter {

	private final ObjectProvider<Reactor> reactors;

	private final ObjectProvider<BrokerOptions> options;

	SpreadHandlerAdapter(ObjectProvider<Reactor> reactors, ObjectProvider<BrokerOptions> options) {
		this.reactors = reactors;
		this.options = options;
	}

	@Override
	public boolean supports(Class<?> type) {
		return Root.class.isAssignableFrom(type) || Portal.class.isAssignableFrom(type);
	}

	@Override
	public String description() {
		return "a Root or Portal of Perspective Broker";
	}

	@Override
	public Factory createFactory(Object handler) {
		Reactor reactor = this.reactors.getObject();
		if (handler instanceof Root root) {
			return new PBServerFactory(reactor, AdvisedRoot.of(root), this.options.getObject());
		}
		@SuppressWarnings("unchecked")
		Portal<? extends Avatar> portal = (Portal<? extends Avatar>) handler;
		return new PBServerFactory(reactor, portal, this.options.getObject());
	}

}
