package dev.twisted.endpoints;

import java.util.Locale;
import java.util.ServiceLoader;

import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;
import dev.twisted.internet.ssl.CertificateOptions;
import org.jspecify.annotations.Nullable;

/**
 * Makes client endpoints from descriptions.
 */
final class ClientParser {

	private final Reactor reactor;

	ClientParser(Reactor reactor) {
		this.reactor = reactor;
	}

	StreamClientEndpoint parse(Description description) {
		return switch (description.type().toLowerCase(Locale.ROOT)) {
			case "tcp" -> tcp(Arguments.byGap(description, "host", "port", "timeout", "bindAddress"));
			case "ssl" -> ssl(Arguments.byGap(description, "host", "port", "timeout", "bindAddress", "caCertsDir",
					"privateKey", "certKey", "hostname"));
			case "unix" -> unix(Arguments.byGap(description, "path", "timeout", "lockfile"));
			case "tls" -> tls(Arguments.byGap(description, "host", "port", "timeout", "bindAddress", "certificate",
					"privateKey", "trustRoots", "endpoint"));
			default -> plugin(description);
		};
	}

	private StreamClientEndpoint tcp(Arguments arguments) {
		return new TCP4ClientEndpoint(this.reactor, arguments.required("host"), arguments.port(1),
				arguments.timeout(ReactorTCP.DEFAULT_CONNECT_TIMEOUT), arguments.bindAddress());
	}

	private StreamClientEndpoint ssl(Arguments arguments) {
		return new SSL4ClientEndpoint(this.reactor, arguments.required("host"), arguments.port(1),
				contextFactory(arguments, "certKey", "caCertsDir", arguments.get("hostname")),
				arguments.timeout(ReactorTCP.DEFAULT_CONNECT_TIMEOUT), arguments.bindAddress());
	}

	private StreamClientEndpoint unix(Arguments arguments) {
		if (arguments.flag("lockfile", false)) {
			throw arguments.invalid("lockfile", "a client does not look at the lock of a socket", null);
		}
		return new UNIXClientEndpoint(this.reactor, ServerParser.path(arguments),
				arguments.timeout(ReactorTCP.DEFAULT_CONNECT_TIMEOUT));
	}

	private StreamClientEndpoint tls(Arguments arguments) {
		String host = arguments.required("host");
		int port = arguments.port(1);
		ContextFactory contextFactory = contextFactory(arguments, "certificate", "trustRoots", host);
		String inner = arguments.get("endpoint");
		StreamClientEndpoint endpoint = (inner != null) ? parse(Description.parse(inner))
				: new HostnameEndpoint(this.reactor, host, port)
					.withTimeout(arguments.timeout(ReactorTCP.DEFAULT_CONNECT_TIMEOUT))
					.withBindAddress(arguments.bindAddress());
		return new TlsEndpoint(contextFactory, endpoint);
	}

	private static ContextFactory contextFactory(Arguments arguments, String certificate, String trustRoots,
			@Nullable String hostname) {
		CertificateOptions.Builder builder = CertificateOptions.builder();
		if (arguments.get(certificate) != null) {
			builder.certificate(PemFiles.clientCertificate(arguments, certificate, "privateKey"));
		}
		if (arguments.get(trustRoots) != null) {
			builder.trustRoots(PemFiles.trustRoots(arguments, trustRoots));
		}
		if (hostname != null) {
			builder.hostname(hostname);
		}
		return builder.build();
	}

	private StreamClientEndpoint plugin(Description description) {
		for (StreamClientEndpointStringParser parser : ServiceLoader.load(StreamClientEndpointStringParser.class)) {
			if (parser.prefix().equalsIgnoreCase(description.type())) {
				return parser.parseStreamClient(this.reactor, description.arguments(), description.named());
			}
		}
		throw new IllegalArgumentException("Unknown endpoint type: '%s'".formatted(description.type()));
	}

}
