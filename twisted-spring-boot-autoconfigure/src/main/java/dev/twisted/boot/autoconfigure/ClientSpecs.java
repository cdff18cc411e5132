package dev.twisted.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.StringUtils;

/**
 * Matches the configured clients with the beans there are, and finds what does not fit
 * before anything connects.
 */
final class ClientSpecs {

	private ClientSpecs() {
	}

	/**
	 * The clients to keep connected.
	 * @param clients what is configured
	 * @param beans the beans there are
	 * @return the enabled clients by name, in the order of their configuration
	 * @throws FailureAnalyzedException if something does not fit
	 */
	static Map<String, ClientSpec> resolve(Map<String, TwistedClientsProperties.Client> clients, List<Handler> beans) {
		Map<String, Handler> speakers = new LinkedHashMap<>();
		for (Handler bean : beans) {
			for (String name : bean.servers()) {
				checkConfigured(name, bean, clients);
				Handler other = speakers.put(name, bean);
				if (other != null) {
					throw new FailureAnalyzedException(
							"The client '%s' has more than one bean: the %s and the %s.".formatted(name, other, bean),
							"Keep one of them, or give each a client of its own under twisted.clients and name it in @ProtocolClient.");
				}
			}
		}
		Map<String, ClientSpec> specs = new LinkedHashMap<>();
		clients.forEach((name, client) -> {
			Handler bean = speaker(name, clients, speakers);
			if (client.enabled() && bean != null) {
				ClientSpec spec = new ClientSpec(name, client, bean);
				check(spec);
				specs.put(name, spec);
			}
		});
		return specs;
	}

	private static void checkConfigured(String name, Handler bean,
			Map<String, TwistedClientsProperties.Client> clients) {
		if (!clients.containsKey(name)) {
			throw new FailureAnalyzedException(
					"The %s is for the client '%s', but no such client is configured. Configured clients: %s."
						.formatted(bean, name, clients.isEmpty() ? "none" : String.join(", ", clients.keySet())),
					"Set twisted.clients.%1$s.host and twisted.clients.%1$s.port, or correct the name in its annotation."
						.formatted(name));
		}
	}

	/**
	 * An environment variable can spell a client's name only without dashes and in one
	 * case, and is then bound under that name too: that is no client of its own.
	 */
	private static @Nullable Handler speaker(String name, Map<String, TwistedClientsProperties.Client> clients,
			Map<String, Handler> speakers) {
		Handler bean = speakers.get(name);
		boolean enabled = clients.get(name) != null && clients.get(name).enabled();
		if (bean == null && enabled
				&& speakers.keySet().stream().map(ClientSpecs::uniform).noneMatch(uniform(name)::equals)) {
			throw new FailureAnalyzedException(
					"The client '%s' is configured, but no bean speaks for it.".formatted(name),
					"Annotate a Protocol or Factory bean with @ProtocolClient(\"%1$s\"), remove twisted.clients.%1$s, or set twisted.clients.%1$s.enabled to false."
						.formatted(name));
		}
		return bean;
	}

	private static String uniform(String name) {
		return name.replaceAll("[^\\p{L}\\p{N}.]", "").toLowerCase(Locale.ROOT);
	}

	private static void check(ClientSpec spec) {
		TwistedClientsProperties.Client client = spec.properties();
		boolean host = StringUtils.hasText(client.host());
		if (client.endpoint() != null && (host || client.port() != null)) {
			throw new FailureAnalyzedException(
					"The client '%s' has both an endpoint and a host or a port.".formatted(spec.name()),
					"Remove %s, or %s and %s.".formatted(spec.key("endpoint"), spec.key("host"), spec.key("port")));
		}
		if (client.endpoint() != null && client.connectTimeout() != null) {
			throw new FailureAnalyzedException(
					"The client '%s' has both an endpoint and %s, which is for a host.".formatted(spec.name(),
							spec.key("connect-timeout")),
					"Remove %s, and say it in %s, such as tcp:robot.example.com:8000:timeout=5."
						.formatted(spec.key("connect-timeout"), spec.key("endpoint")));
		}
		if (client.maxFrameLength() != null && !spec.bean().mayHaveFrames()) {
			throw new FailureAnalyzedException(
					"The client '%s' cannot have %s: the %s receives no frames.".formatted(spec.name(),
							spec.key("max-frame-length"), spec.bean()),
					"Remove %s.".formatted(spec.key("max-frame-length")));
		}
		if (client.endpoint() == null && !(host && client.port() != null)) {
			throw new FailureAnalyzedException(
					"The client '%s' has no %s.".formatted(spec.name(), host ? "port" : "host"),
					"Set %s and %s, or %s.".formatted(spec.key("host"), spec.key("port"), spec.key("endpoint")));
		}
	}

}
