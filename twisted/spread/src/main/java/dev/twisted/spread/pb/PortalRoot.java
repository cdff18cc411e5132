package dev.twisted.spread.pb;

import dev.twisted.spread.cred.Portal;

/**
 * Where peers log in: each connection has a door of its own.
 */
final class PortalRoot implements Root {

	private final Portal<? extends Avatar> portal;

	PortalRoot(Portal<? extends Avatar> portal) {
		this.portal = portal;
	}

	@Override
	public Referenceable rootObject(Broker broker) {
		return new PortalWrapper(this.portal, broker);
	}

}
