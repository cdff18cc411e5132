package dev.twisted.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.boot.TwistedServer;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorUDP;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Opens the servers of a context, all of them or none.
 */
final class ServerBinder {

	/** How often a free TCP port may turn out to be taken for UDP. */
	private static final int ATTEMPTS = 20;

	private final BeanFactory beanFactory;

	private final List<ServerSpec> specs;

	ServerBinder(BeanFactory beanFactory, List<ServerSpec> specs) {
		this.beanFactory = beanFactory;
		this.specs = specs;
	}

	boolean hasServers() {
		return !this.specs.isEmpty();
	}

	/**
	 * Open the servers. Belongs to the reactor's thread.
	 * @param reactor where to open them
	 * @return what listens now
	 * @throws FailureAnalyzedException if one cannot be opened; those opened before are
	 * closed then
	 */
	List<TwistedServer> bind(Reactor reactor) {
		List<TwistedServer> opened = new ArrayList<>();
		try {
			for (ServerSpec spec : this.specs) {
				bind(reactor, spec, opened);
			}
		}
		catch (RuntimeException | Error ex) {
			opened.forEach((server) -> server.port().stopListening());
			throw ex;
		}
		return List.copyOf(opened);
	}

	private void bind(Reactor reactor, ServerSpec spec, List<TwistedServer> opened) {
		if (spec.tcp() == null) {
			opened.add(new TwistedServer(spec.name(), listenUDP(reactor, spec, spec.port())));
		}
		else if (spec.udp() == null) {
			opened.add(new TwistedServer(spec.name(), listenTCP(reactor, spec)));
		}
		else {
			bindBoth(reactor, spec, opened);
		}
	}

	/** One port for both; if any will do, one that is free for both. */
	private void bindBoth(Reactor reactor, ServerSpec spec, List<TwistedServer> opened) {
		List<ListeningPort> unsuitable = new ArrayList<>();
		try {
			while (true) {
				ListeningPort tcp = listenTCP(reactor, spec);
				try {
					ListeningPort udp = listenUDP(reactor, spec, tcp.getHost().port());
					opened.add(new TwistedServer(spec.name(), tcp));
					opened.add(new TwistedServer(spec.name(), udp));
					return;
				}
				catch (FailureAnalyzedException ex) {
					unsuitable.add(tcp);
					if (spec.port() != 0 || unsuitable.size() == ATTEMPTS) {
						throw ex;
					}
				}
			}
		}
		finally {
			unsuitable.forEach(ListeningPort::stopListening);
		}
	}

	private ListeningPort listenTCP(Reactor reactor, ServerSpec spec) {
		Handler handler = spec.tcp();
		Factory factory = (handler.kind() == HandlerKind.FACTORY)
				? this.beanFactory.getBean(handler.beanName(), Factory.class)
				: new BeanProtocolFactory(this.beanFactory, handler.beanName());
		int maxConnections = spec.properties().maxConnections();
		try {
			ListeningPort port = reactor.listenTCP(spec.address(spec.port()), factory, spec.properties().backlog());
			if (maxConnections > 0) {
				port.setMaxConnections(maxConnections);
			}
			return port;
		}
		catch (CannotListenException ex) {
			throw BindFailure.analyzed(spec, spec.port(), HandlerKind.Transport.TCP, ex);
		}
	}

	private ListeningPort listenUDP(Reactor reactor, ServerSpec spec, int port) {
		DatagramProtocol protocol = BehindProxy
			.of(this.beanFactory.getBean(spec.udp().beanName(), DatagramProtocol.class), DatagramProtocol.class);
		try {
			return reactor.listenUDP(spec.address(port), protocol, ReactorUDP.DEFAULT_MAX_PACKET_SIZE);
		}
		catch (CannotListenException ex) {
			throw BindFailure.analyzed(spec, port, HandlerKind.Transport.UDP, ex);
		}
	}

}
