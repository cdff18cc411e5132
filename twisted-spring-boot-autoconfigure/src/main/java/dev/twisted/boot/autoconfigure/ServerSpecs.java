package dev.twisted.boot.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Matches the configured servers with the handlers there are, and finds what does not fit
 * before any port is opened.
 */
final class ServerSpecs {

	private final Map<String, Candidate> candidates = new LinkedHashMap<>();

	private ServerSpecs(Map<String, TwistedProperties.Server> servers, List<Handler> handlers) {
		servers.forEach((name, server) -> {
			Candidate known = this.candidates.get(uniform(name));
			if (known == null || isHandled(name, handlers)) {
				this.candidates.put(uniform(name), new Candidate(name, server));
			}
		});
		for (Handler handler : handlers) {
			for (String name : handler.servers()) {
				candidate(name, handler).handlers.add(handler);
			}
		}
	}

	/**
	 * The servers to open.
	 * @param servers what is configured
	 * @param handlers the handlers there are
	 * @return the enabled servers, in the order of their configuration
	 * @throws FailureAnalyzedException if something does not fit
	 */
	static List<ServerSpec> resolve(Map<String, TwistedProperties.Server> servers, List<Handler> handlers) {
		List<ServerSpec> specs = new ArrayList<>();
		for (Candidate candidate : new ServerSpecs(servers, handlers).candidates.values()) {
			if (candidate.server.enabled()) {
				ServerSpec spec = candidate.spec();
				specs.forEach((other) -> checkNoClash(other, spec));
				specs.add(spec);
			}
		}
		return List.copyOf(specs);
	}

	private Candidate candidate(String name, Handler handler) {
		Candidate candidate = this.candidates.get(uniform(name));
		if (candidate == null) {
			throw new FailureAnalyzedException(
					"The %s handles the server '%s', but no such server is configured. Configured servers: %s."
						.formatted(handler, name, names()),
					"Set twisted.servers.%s.port, or change the name in @ProtocolHandler.".formatted(name));
		}
		return candidate;
	}

	private String names() {
		List<String> names = this.candidates.values().stream().map((candidate) -> candidate.name).toList();
		return names.isEmpty() ? "none" : String.join(", ", names);
	}

	private static void checkNoClash(ServerSpec one, ServerSpec other) {
		if (one.clashesWith(other)) {
			if (one.path() != null) {
				throw new FailureAnalyzedException("The servers '%s' and '%s' are both to listen on %s."
					.formatted(one.name(), other.name(), one.path()),
						"Change %s or %s.".formatted(one.key("path"), other.key("path")));
			}
			throw new FailureAnalyzedException(
					"The servers '%s' and '%s' are both to listen on port %d.".formatted(one.name(), other.name(),
							one.port()),
					"Change %s or %s, or give them different addresses.".formatted(one.key("port"), other.key("port")));
		}
	}

	private static boolean isHandled(String name, List<Handler> handlers) {
		return handlers.stream().anyMatch((handler) -> handler.servers().contains(name));
	}

	/**
	 * Names as property sources see them: an environment variable can spell a server's
	 * name only without dashes and in one case, and is then bound under that name too.
	 */
	private static String uniform(String name) {
		return name.replaceAll("[^\\p{L}\\p{N}.]", "").toLowerCase(Locale.ROOT);
	}

	private static final class Candidate {

		private final String name;

		private final TwistedProperties.Server server;

		private final List<Handler> handlers = new ArrayList<>();

		Candidate(String name, TwistedProperties.Server server) {
			this.name = name;
			this.server = server;
		}

		ServerSpec spec() {
			if (this.handlers.isEmpty()) {
				throw new FailureAnalyzedException(
						"The server '%s' is configured, but no bean handles it.".formatted(this.name),
						"Annotate a Protocol, Factory or DatagramProtocol bean with @ProtocolHandler(\"%1$s\"), remove twisted.servers.%1$s, or set twisted.servers.%1$s.enabled to false."
							.formatted(this.name));
			}
			Integer port = this.server.port();
			if (port == null && this.server.path() == null && this.server.endpoint() == null) {
				throw new FailureAnalyzedException("The server '%s' has no port.".formatted(this.name),
						"Set twisted.servers.%1$s.port; 0 is for any free port. For a Unix socket set twisted.servers.%1$s.path, for anything else twisted.servers.%1$s.endpoint."
							.formatted(this.name));
			}
			if (port != null && this.server.path() != null) {
				throw new FailureAnalyzedException("The server '%s' has both a port and a path.".formatted(this.name),
						"Remove twisted.servers.%1$s.port or twisted.servers.%1$s.path.".formatted(this.name));
			}
			ServerSpec spec = new ServerSpec(this.name, (port != null) ? port : 0, this.server,
					handler(HandlerKind.Transport.TCP), handler(HandlerKind.Transport.UDP));
			boolean described = spec.endpoint() != null;
			refuse(described && (port != null || this.server.path() != null), "endpoint", "it has a port or a path");
			refuse(described && spec.udp() != null, "endpoint", "an endpoint carries no datagrams");
			refuse(described && this.server.address() != null, "address", "its endpoint says where to listen");
			refuse(described && this.server.ssl() != null, "ssl", "its endpoint says whether to speak TLS");
			refuse(described && this.server.proxyProtocol(), "proxy-protocol", "its endpoint says so with haproxy:");
			refuse(described && this.server.reusePort(), "reuse-port", "its endpoint says how to listen");
			refuse(spec.path() != null && spec.udp() != null, "path", "a Unix socket carries no datagrams");
			refuse(spec.path() != null && this.server.reusePort(), "reuse-port", "a Unix socket has no port");
			refuse(spec.tcp() == null && this.server.ssl() != null, "ssl", "only UDP is spoken there");
			refuse(spec.tcp() == null && this.server.proxyProtocol(), "proxy-protocol", "only UDP is spoken there");
			refuse(spec.path() != null && this.server.maxConnectionsPerPeer() > 0, "max-connections-per-peer",
					"all peers of a Unix socket are on this machine");
			refuse(spec.tcp() == null && this.server.trafficLog(), "traffic-log", "only UDP is spoken there");
			refuseLimits(spec.tcp() == null);
			refuse(spec.tcp() != null && this.server.maxFrameLength() != null && !spec.tcp().mayHaveFrames(),
					"max-frame-length", "the %s receives no frames".formatted(spec.tcp()));
			refuse(spec.udp() != null && this.server.reusePort(), "reuse-port", "UDP is spoken there");
			return spec;
		}

		private void refuseLimits(boolean nonsense) {
			String reason = "only UDP is spoken there";
			refuse(nonsense && this.server.maxConnectionsPerPeer() > 0, "max-connections-per-peer", reason);
			refuse(nonsense && this.server.acceptRate() > 0, "accept-rate", reason);
			refuse(nonsense && this.server.idleTimeout() != null, "idle-timeout", reason);
			refuse(nonsense && this.server.firstMessageTimeout() != null, "first-message-timeout", reason);
			refuse(nonsense && this.server.frameTimeout() != null, "frame-timeout", reason);
			refuse(nonsense && this.server.maxFrameLength() != null, "max-frame-length", reason);
			refuse(nonsense && this.server.readLimit() != null, "read-limit", reason);
			refuse(nonsense && this.server.writeLimit() != null, "write-limit", reason);
		}

		private void refuse(boolean nonsense, String key, String reason) {
			if (nonsense) {
				throw new FailureAnalyzedException("The server '%s' cannot have twisted.servers.%s.%s: %s.".formatted(
						this.name, this.name, key, reason), "Remove twisted.servers.%s.%s.".formatted(this.name, key));
			}
		}

		private @Nullable Handler handler(HandlerKind.Transport transport) {
			List<Handler> found = this.handlers.stream()
				.filter((handler) -> handler.kind().transport() == transport)
				.toList();
			if (found.size() > 1) {
				throw new FailureAnalyzedException(
						"The server '%s' has more than one handler for %s: the %s and the %s.".formatted(this.name,
								transport, found.get(0), found.get(1)),
						"Keep one of them, or give each a server of its own under twisted.servers and name it in @ProtocolHandler.");
			}
			return found.isEmpty() ? null : found.get(0);
		}

	}

}
