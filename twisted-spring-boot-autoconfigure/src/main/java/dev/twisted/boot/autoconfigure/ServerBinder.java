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
import org.jspecify.annotations.Nullable;
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
	 * Open the servers. The beans that handle them are made on the caller's thread, the
	 * ports are opened on the reactor's.
	 * @param reactor where to open them; it runs
	 * @return what listens now
	 * @throws FailureAnalyzedException if one cannot be opened; those opened before are
	 * closed then
	 * @throws Exception if a handler does not start
	 */
	List<TwistedServer> bind(Reactor reactor) throws Exception {
		List<Opening> openings = this.specs.stream().map(this::prepare).toList();
		return reactor.blockingCallFromThread(() -> open(reactor, openings));
	}

	private Opening prepare(ServerSpec spec) {
		Handler tcp = spec.tcp();
		Handler udp = spec.udp();
		return new Opening(spec, (tcp != null) ? factory(tcp) : null, (udp != null) ? datagramProtocol(udp) : null);
	}

	private Factory factory(Handler handler) {
		return (handler.kind() == HandlerKind.FACTORY) ? this.beanFactory.getBean(handler.beanName(), Factory.class)
				: new BeanProtocolFactory(this.beanFactory, handler.beanName());
	}

	private DatagramProtocol datagramProtocol(Handler handler) {
		return BehindProxy.of(this.beanFactory.getBean(handler.beanName(), DatagramProtocol.class),
				DatagramProtocol.class);
	}

	private static List<TwistedServer> open(Reactor reactor, List<Opening> openings) {
		List<TwistedServer> opened = new ArrayList<>();
		try {
			for (Opening opening : openings) {
				String name = opening.spec.name();
				opening.open(reactor).forEach((port) -> {
					port.setName(name);
					opened.add(new TwistedServer(name, port));
				});
			}
		}
		catch (RuntimeException | Error ex) {
			opened.forEach((server) -> server.port().stopListening());
			throw ex;
		}
		return List.copyOf(opened);
	}

	/**
	 * A server that is about to be opened, for one transport or both.
	 *
	 * @param spec what it was told
	 * @param factory makes the protocols of its connections, if it has any
	 * @param datagramProtocol takes its datagrams, if it gets any
	 */
	private record Opening(ServerSpec spec, @Nullable Factory factory, @Nullable DatagramProtocol datagramProtocol) {

		List<ListeningPort> open(Reactor reactor) {
			if (this.factory == null) {
				return (this.datagramProtocol != null)
						? List.of(listenUDP(reactor, this.datagramProtocol, this.spec.port())) : List.of();
			}
			return (this.datagramProtocol != null) ? openBoth(reactor, this.factory, this.datagramProtocol)
					: List.of(listenTCP(reactor, this.factory));
		}

		/** One port for both; if any will do, one that is free for both. */
		private List<ListeningPort> openBoth(Reactor reactor, Factory factory, DatagramProtocol datagramProtocol) {
			List<ListeningPort> unsuitable = new ArrayList<>();
			try {
				while (true) {
					ListeningPort tcp = listenTCP(reactor, factory);
					try {
						return List.of(tcp, listenUDP(reactor, datagramProtocol, tcp.getHost().port()));
					}
					catch (FailureAnalyzedException ex) {
						unsuitable.add(tcp);
						if (this.spec.port() != 0 || unsuitable.size() == ATTEMPTS) {
							throw ex;
						}
					}
				}
			}
			finally {
				unsuitable.forEach(ListeningPort::stopListening);
			}
		}

		private ListeningPort listenTCP(Reactor reactor, Factory factory) {
			int maxConnections = this.spec.properties().maxConnections();
			try {
				ListeningPort port = reactor.listenTCP(this.spec.address(this.spec.port()), factory,
						this.spec.properties().backlog());
				if (maxConnections > 0) {
					port.setMaxConnections(maxConnections);
				}
				return port;
			}
			catch (CannotListenException ex) {
				throw BindFailure.analyzed(this.spec, this.spec.port(), HandlerKind.Transport.TCP, ex);
			}
		}

		private ListeningPort listenUDP(Reactor reactor, DatagramProtocol protocol, int port) {
			try {
				return reactor.listenUDP(this.spec.address(port), protocol, ReactorUDP.DEFAULT_MAX_PACKET_SIZE);
			}
			catch (CannotListenException ex) {
				throw BindFailure.analyzed(this.spec, port, HandlerKind.Transport.UDP, ex);
			}
		}

	}

}
