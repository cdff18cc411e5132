package dev.twisted.endpoints;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.protocols.haproxy.ProxyProtocol;

/**
 * A port whose connections begin with a header of the PROXY protocol.
 */
final class ProxyEndpoint implements StreamServerEndpoint {

	private final PortEndpoint wrapped;

	ProxyEndpoint(StreamServerEndpoint wrapped) {
		if (!(wrapped instanceof PortEndpoint port)) {
			throw new IllegalArgumentException(
					"%s cannot be behind a proxy: only tcp, tcp6, ssl and unix can".formatted(wrapped));
		}
		this.wrapped = port;
	}

	@Override
	public Deferred<ListeningPort> listen(Factory factory) {
		return this.wrapped.listen(factory, new ProxyProtocol());
	}

	@Override
	public String toString() {
		return "haproxy:" + this.wrapped;
	}

}
