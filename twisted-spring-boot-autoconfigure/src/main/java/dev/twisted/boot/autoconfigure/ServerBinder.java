package dev.twisted.boot.autoconfigure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.twisted.boot.TwistedServer;
import dev.twisted.defer.Deferred;
import dev.twisted.endpoints.Endpoints;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorUDP;
import dev.twisted.protocols.haproxy.ProxyProtocol;
import dev.twisted.protocols.policies.TrafficLoggingFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Opens the servers of a context, all of them or none.
 */
final class ServerBinder {

	/** How often a free TCP port may turn out to be taken for UDP. */
	private static final int ATTEMPTS = 20;

	private static final String TRAFFIC_LOGGER = "dev.twisted.traffic.";

	private final BeanFactory beanFactory;

	private final List<ServerSpec> specs;

	private final ServerTls tls;

	/** Made once, since each waits for news of its bundles. */
	private final Map<String, ContextFactory> contextFactories = new HashMap<>();

	ServerBinder(BeanFactory beanFactory, List<ServerSpec> specs, ServerTls tls) {
		this.beanFactory = beanFactory;
		this.specs = specs;
		this.tls = tls;
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
		List<TwistedServer> opened = new ArrayList<>();
		boolean complete = false;
		try {
			for (Opening opening : openings) {
				String description = opening.spec.endpoint();
				if (description != null) {
					opened.add(listenAt(reactor, opening, description));
				}
			}
			opened.addAll(reactor.<List<TwistedServer>>blockingCallFromThread(() -> open(reactor, openings)));
			complete = true;
		}
		finally {
			if (!complete) {
				reactor.callFromThread(() -> opened.forEach((server) -> server.port().stopListening()));
			}
		}
		return this.specs.stream()
			.flatMap((spec) -> opened.stream().filter((server) -> server.name().equals(spec.name())))
			.toList();
	}

	/** An endpoint may take its time, which the others do not. */
	private static TwistedServer listenAt(Reactor reactor, Opening opening, String description) {
		ServerSpec spec = opening.spec;
		try {
			ListeningPort port = reactor.blockingCallFromThread(() -> opening.listenAt(reactor, description));
			return new TwistedServer(spec.name(), port);
		}
		catch (Exception ex) {
			throw new FailureAnalyzedException(
					"The server '%s' cannot listen at the endpoint '%s': %s".formatted(spec.name(), description,
							ex.getMessage()),
					"Change %s, such as tcp:8000:interface=127.0.0.1.".formatted(spec.key("endpoint")), ex);
		}
	}

	private Opening prepare(ServerSpec spec) {
		Handler tcp = spec.tcp();
		Handler udp = spec.udp();
		return new Opening(spec, (tcp != null) ? factory(spec, tcp) : null,
				(udp != null) ? datagramProtocol(udp) : null, contextFactory(spec));
	}

	private @Nullable ContextFactory contextFactory(ServerSpec spec) {
		TwistedProperties.Ssl ssl = spec.properties().ssl();
		return (ssl != null)
				? this.contextFactories.computeIfAbsent(spec.name(), (name) -> this.tls.contextFactory(spec, ssl))
				: null;
	}

	private Factory factory(ServerSpec spec, Handler handler) {
		Factory factory = handler.factory(this.beanFactory);
		return spec.properties().trafficLog() ? new TrafficLoggingFactory(factory, TRAFFIC_LOGGER + spec.name())
				: factory;
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
	 * @param contextFactory where its TLS comes from, if it has any
	 */
	private record Opening(ServerSpec spec, @Nullable Factory factory, @Nullable DatagramProtocol datagramProtocol,
			@Nullable ContextFactory contextFactory) {

		List<ListeningPort> open(Reactor reactor) {
			if (this.spec.endpoint() != null) {
				return List.of();
			}
			if (this.factory == null) {
				return (this.datagramProtocol != null)
						? List.of(listenUDP(reactor, this.datagramProtocol, this.spec.port())) : List.of();
			}
			Path path = this.spec.path();
			if (path != null) {
				return List.of(listenUNIX(reactor, path, this.factory));
			}
			return (this.datagramProtocol != null) ? openBoth(reactor, this.factory, this.datagramProtocol)
					: List.of(listenTCP(reactor, this.factory));
		}

		Deferred<ListeningPort> listenAt(Reactor reactor, String description) {
			Factory protocols = Objects.requireNonNull(this.factory, "Only TCP is spoken at an endpoint");
			return Endpoints.serverFromString(reactor, description).listen(protocols).doOnCallback((port) -> {
				limited(port);
				port.setName(this.spec.name());
			});
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
			try {
				return limited(reactor.listenTCP(this.spec.address(this.spec.port()), factory, options()));
			}
			catch (CannotListenException ex) {
				throw BindFailure.analyzed(this.spec, this.spec.port(), HandlerKind.Transport.TCP, ex);
			}
		}

		private ListeningPort listenUNIX(Reactor reactor, Path path, Factory factory) {
			try {
				int mode = Integer.parseInt(this.spec.properties().pathMode(), 8);
				return limited(reactor.listenUNIX(path, factory, options(), mode, true));
			}
			catch (CannotListenException ex) {
				throw BindFailure.analyzed(this.spec, path, ex);
			}
		}

		private ListenOptions options() {
			TwistedProperties.Server properties = this.spec.properties();
			ListenOptions options = ListenOptions.DEFAULTS.withBacklog(properties.backlog())
				.withReusePort(properties.reusePort())
				.withTLS(this.contextFactory);
			return properties.proxyProtocol()
					? options.withPreamble(new ProxyProtocol(properties.proxyProtocolTimeout())) : options;
		}

		private ListeningPort limited(ListeningPort port) {
			int maxConnections = this.spec.properties().maxConnections();
			if (maxConnections > 0) {
				port.setMaxConnections(maxConnections);
			}
			port.setLimits(this.spec.properties().limits());
			return port;
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
