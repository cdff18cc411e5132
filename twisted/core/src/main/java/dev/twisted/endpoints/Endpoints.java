package dev.twisted.endpoints;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;

/**
 * Endpoints from strings and from other endpoints. Follows the functions of
 * {@code twisted.internet.endpoints}.
 * <p>
 * A description is a type and its arguments, with colons between them:
 * {@code tcp:8080:interface=127.0.0.1}. What has an {@code =} is the value of a named
 * argument, further ones belong to the value. A backslash makes the character after it an
 * ordinary one, so that a value can have colons: {@code tcp6:8080:interface=\:\:1}.
 */
public final class Endpoints {

	private Endpoints() {
	}

	/**
	 * Make a server endpoint from its description. Files that it names are read now.
	 * <ul>
	 * <li>{@code tcp:port:interface=:backlog=}, {@code tcp6:port:backlog=:interface=}
	 * <li>{@code ssl:port:privateKey=server.pem:certKey=:sslmethod=:interface=:backlog=:extraCertChain=}
	 * with PEM files, of which {@code privateKey} may hold both
	 * <li>{@code unix:path:mode=666:backlog=:lockfile=1}
	 * <li>{@code haproxy:} and any of these, for a port behind a load balancer that
	 * speaks the PROXY protocol. Its header comes before TLS
	 * <li>{@code systemd:domain=INET:index=0} for the socket that this process was
	 * started with as its standard input. Java cannot reach others, so the service has
	 * {@code StandardInput=socket}; {@code domain} is {@code INET}, {@code INET6} or
	 * {@code UNIX}, and {@code name} may stand for {@code index}
	 * <li>{@code stdio:} for one conversation through standard input and output
	 * </ul>
	 * Others come from {@link StreamServerEndpointStringParser}s. A backlog is
	 * {@link dev.twisted.internet.ReactorTCP#DEFAULT_BACKLOG} unless given.
	 * @param reactor listens
	 * @param description what to make
	 * @return the endpoint
	 * @throws IllegalArgumentException if the description does not describe one
	 */
	public static StreamServerEndpoint serverFromString(Reactor reactor, String description) {
		return new ServerParser(reactor).parse(Description.parse(description));
	}

	/**
	 * Make a client endpoint from its description. Files that it names are read now.
	 * <ul>
	 * <li>{@code tcp:host:port:timeout=30:bindAddress=}
	 * <li>{@code ssl:host:port:timeout=30:bindAddress=:caCertsDir=:privateKey=:certKey=:hostname=}.
	 * Different from Twisted's, it checks the server's certificate also without a
	 * {@code hostname}, against the host then
	 * <li>{@code unix:path:timeout=30:lockfile=0}
	 * <li>{@code tls:host:port:timeout=30:bindAddress=:certificate=:privateKey=:trustRoots=:endpoint=},
	 * TLS through a {@link HostnameEndpoint}, or through the endpoint whose description,
	 * quoted, is given. {@code trustRoots} and {@code caCertsDir} are folders of
	 * {@code .pem} files, or one such file
	 * </ul>
	 * Others come from {@link StreamClientEndpointStringParser}s. Host and port may be
	 * given by name as well.
	 * @param reactor connects
	 * @param description what to make
	 * @return the endpoint
	 * @throws IllegalArgumentException if the description does not describe one
	 */
	public static StreamClientEndpoint clientFromString(Reactor reactor, String description) {
		return new ClientParser(reactor).parse(Description.parse(description));
	}

	/**
	 * Make a string fit for being a part of a description.
	 * @param argument any text
	 * @return the text with a backslash before each colon and backslash
	 */
	public static String quoteStringArgument(String argument) {
		return argument.replace("\\", "\\\\").replace(":", "\\:");
	}

	/**
	 * Connect a protocol that is there already. As {@link StreamClientEndpoint#connect}
	 * otherwise.
	 * @param <P> what it is
	 * @param endpoint where to connect to
	 * @param protocol the protocol, for this one connection
	 * @return fires with the protocol
	 */
	@SuppressWarnings("unchecked")
	public static <P extends Protocol> Deferred<P> connectProtocol(StreamClientEndpoint endpoint, P protocol) {
		return endpoint.connect(new Factory() {

			@Override
			public Protocol buildProtocol(Address address) {
				return protocol;
			}

			@Override
			public String logPrefix() {
				return protocol.logPrefix();
			}

		}).addCallback((connected) -> (P) connected);
	}

	/**
	 * Connect a client factory, which hears how it goes, and connects again if it wants
	 * to: a {@link dev.twisted.internet.ReconnectingClientFactory} does. Belongs to the
	 * reactor's thread.
	 * @param reactor whose thread it is
	 * @param endpoint where to connect to, each time
	 * @param factory makes a protocol for each connection
	 * @return what connects; its destination is the endpoint
	 */
	public static Connector connectFactory(Reactor reactor, StreamClientEndpoint endpoint, ClientFactory factory) {
		EndpointConnector connector = new EndpointConnector(reactor, endpoint, factory);
		connector.connect();
		return connector;
	}

	/**
	 * Speak TLS through the connections of another endpoint, from their first byte. There
	 * is a connection once the handshake has succeeded; the protocol's
	 * {@code connectionMade} is called before that.
	 * @param contextFactory whom to trust, and what to show
	 * @param endpoint where to connect to. The name of a {@link HostnameEndpoint} is the
	 * one that is asked for and checked, unless the context factory has one of its own
	 * @return the endpoint
	 */
	public static StreamClientEndpoint wrapClientTLS(ContextFactory contextFactory, StreamClientEndpoint endpoint) {
		return new TlsEndpoint(contextFactory, endpoint);
	}

	/**
	 * Expect a header of the PROXY protocol at the beginning of each connection to a
	 * port, and before TLS. Only for ports that nobody but the load balancer can reach.
	 * Follows Twisted's {@code haproxy.proxyEndpoint}.
	 * @param endpoint where to listen, an endpoint of this package that opens a port
	 * @return the endpoint
	 * @throws IllegalArgumentException if it is another kind of endpoint
	 * @see dev.twisted.protocols.haproxy.ProxyProtocol
	 */
	public static StreamServerEndpoint proxyEndpoint(StreamServerEndpoint endpoint) {
		return new ProxyEndpoint(endpoint);
	}

}
