package dev.twisted.endpoints;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ServiceLoader;

import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;
import dev.twisted.internet.ReactorUNIX;
import dev.twisted.internet.ssl.CertificateOptions;

/**
 * Makes server endpoints from descriptions.
 */
final class ServerParser {

	private final Reactor reactor;

	ServerParser(Reactor reactor) {
		this.reactor = reactor;
	}

	StreamServerEndpoint parse(Description description) {
		return switch (description.type()) {
			case "tcp" -> tcp(Arguments.byPlace(description, "port", "interface", "backlog"));
			case "tcp6" -> tcp6(Arguments.byPlace(description, "port", "backlog", "interface"));
			case "ssl" -> ssl(Arguments.byPlace(description, "port", "privateKey", "certKey", "sslmethod", "interface",
					"backlog", "extraCertChain", "dhParameters"));
			case "unix" -> unix(Arguments.byPlace(description, "path", "mode", "backlog", "lockfile"));
			case "haproxy" -> new ProxyEndpoint(parse(Description.parse(description.rest())));
			case "systemd" -> systemd(Arguments.byPlace(description, "domain", "index", "name"));
			case "stdio" -> stdio(description);
			default -> plugin(description);
		};
	}

	private StreamServerEndpoint tcp(Arguments arguments) {
		return new TCP4ServerEndpoint(this.reactor, arguments.port(0), arguments.get("interface", ""),
				options(arguments));
	}

	private StreamServerEndpoint tcp6(Arguments arguments) {
		return new TCP6ServerEndpoint(this.reactor, arguments.port(0), arguments.get("interface", ""),
				options(arguments));
	}

	private StreamServerEndpoint ssl(Arguments arguments) {
		return new SSL4ServerEndpoint(this.reactor, arguments.port(0), contextFactory(arguments),
				arguments.get("interface", ""), options(arguments));
	}

	private static ListenOptions options(Arguments arguments) {
		return ListenOptions.DEFAULTS.withBacklog(arguments.backlog(ReactorTCP.DEFAULT_BACKLOG));
	}

	private static ContextFactory contextFactory(Arguments arguments) {
		if (arguments.get("dhParameters") != null) {
			throw arguments.invalid("dhParameters", "Java has groups of its own", null);
		}
		CertificateOptions.Builder builder = CertificateOptions.builder();
		switch (arguments.get("sslmethod", "TLS_METHOD")) {
			case "TLS_METHOD", "SSLv23_METHOD" -> {
				// The versions that Java enables.
			}
			case "TLSv1_2_METHOD" -> builder.protocols("TLSv1.2");
			case "TLSv1_3_METHOD" -> builder.protocols("TLSv1.3");
			default ->
				throw arguments.invalid("sslmethod", "there are TLS_METHOD, TLSv1_2_METHOD and TLSv1_3_METHOD", null);
		}
		return builder
			.certificate(PemFiles.certificate(arguments, "privateKey", "server.pem", "certKey", "extraCertChain"))
			.build();
	}

	private StreamServerEndpoint unix(Arguments arguments) {
		int mode = arguments.number("mode", ReactorUNIX.DEFAULT_MODE, 8);
		if (mode < 0 || mode > 0777) {
			throw arguments.invalid("mode", "a mode is three digits from 0 to 7", null);
		}
		return new UNIXServerEndpoint(this.reactor, path(arguments), options(arguments), mode,
				arguments.flag("lockfile", true));
	}

	static Path path(Arguments arguments) {
		String path = arguments.required("path");
		try {
			return Path.of(path);
		}
		catch (InvalidPathException ex) {
			throw arguments.invalid("path", ex.getReason(), ex);
		}
	}

	private StreamServerEndpoint systemd(Arguments arguments) {
		boolean byIndex = arguments.get("index") != null;
		if (byIndex == (arguments.get("name") != null)) {
			throw new IllegalArgumentException("systemd: Specify exactly one of descriptor index or name");
		}
		if (byIndex && arguments.number("index", 0, 10) != 0) {
			throw arguments.invalid("index", "Java can reach the first socket only, as standard input", null);
		}
		ProtocolFamily family = switch (arguments.required("domain")) {
			case "INET" -> StandardProtocolFamily.INET;
			case "INET6" -> StandardProtocolFamily.INET6;
			case "UNIX" -> StandardProtocolFamily.UNIX;
			default -> throw arguments.invalid("domain", "there are INET, INET6 and UNIX", null);
		};
		return new AdoptedStreamServerEndpoint(this.reactor, inherited(arguments, family));
	}

	private static ServerSocketChannel inherited(Arguments arguments, ProtocolFamily family) {
		try {
			Channel channel = System.inheritedChannel();
			if (!(channel instanceof ServerSocketChannel server)) {
				throw new IllegalArgumentException(
						"systemd: this process was not started with a listening socket as its standard input; the service needs StandardInput=socket");
			}
			if (family(server.getLocalAddress()) != family) {
				throw arguments.invalid("domain", "the socket is at " + server.getLocalAddress(), null);
			}
			return server;
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("systemd: the inherited socket cannot be used: " + ex.getMessage(), ex);
		}
	}

	private static ProtocolFamily family(SocketAddress address) {
		if (address instanceof UnixDomainSocketAddress) {
			return StandardProtocolFamily.UNIX;
		}
		return (address instanceof InetSocketAddress internet && internet.getAddress() instanceof Inet6Address)
				? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
	}

	private StreamServerEndpoint stdio(Description description) {
		Arguments.byPlace(description);
		return new StandardIOEndpoint(this.reactor);
	}

	private StreamServerEndpoint plugin(Description description) {
		for (StreamServerEndpointStringParser parser : ServiceLoader.load(StreamServerEndpointStringParser.class)) {
			if (parser.prefix().equalsIgnoreCase(description.type())) {
				return parser.parseStreamServer(this.reactor, description.arguments(), description.named());
			}
		}
		throw new IllegalArgumentException("Unknown endpoint type: '%s'".formatted(description.type()));
	}

}
