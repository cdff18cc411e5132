package dev.twisted.boot.autoconfigure;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.twisted.internet.ConnectionLimits;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ReactorTCP;
import dev.twisted.internet.ssl.ClientAuth;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Configuration of the reactor and of the servers.
 *
 * @param reactor the reactor
 * @param servers Servers by name. Each needs a bean that is annotated with
 * ProtocolHandler and the server's name.
 */
@ConfigurationProperties("twisted")
public record TwistedProperties(@DefaultValue Reactor reactor, @DefaultValue Map<String, Server> servers) {

	/**
	 * Checks the servers, whose names it knows.
	 */
	public TwistedProperties {
		servers.forEach((name, server) -> server.check("twisted.servers." + name));
	}

	private static void check(boolean valid, String key, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(key, value, reason);
		}
	}

	/** Whether it can be that of a frame, if it is set. */
	static boolean isLength(@Nullable DataSize size) {
		return size == null || (size.toBytes() > 0 && size.toBytes() < Integer.MAX_VALUE);
	}

	private static boolean isPositive(Duration time) {
		return !time.isNegative() && !time.isZero();
	}

	/**
	 * The event loop and its threads.
	 *
	 * @param eventLoopModel How the reactor waits for the operating system.
	 * @param eventLoops Number of event loops. With more than one, callbacks of different
	 * connections run in parallel.
	 * @param slowCallbackThreshold Time that a callback may hold an event loop before it
	 * is logged with its stack. Zero for never.
	 * @param threadPoolSize Number of threads for calls that block.
	 * @param threadPoolQueue Number of calls that may wait for a thread of the pool
	 * before more are refused.
	 * @param inlineCallbacksLimit Number of inlineCallbacks bodies that may be in flight
	 * before more fail. 100000 on virtual threads and 2000 on others unless set.
	 * @param logContext Whether log lines written in callbacks have the server and the
	 * connection in their MDC, as twisted.server and twisted.connection.
	 */
	public record Reactor(@DefaultValue("auto") EventLoopModel eventLoopModel, @DefaultValue("1") int eventLoops,
			@DefaultValue("100ms") Duration slowCallbackThreshold, @DefaultValue("10") int threadPoolSize,
			@DefaultValue("1000") int threadPoolQueue, @Nullable Integer inlineCallbacksLimit,
			@DefaultValue("true") boolean logContext) {

		/**
		 * Checks the values.
		 */
		public Reactor {
			String prefix = "twisted.reactor.";
			check(eventLoops > 0, prefix + "event-loops", eventLoops, "There must be at least one.");
			check(!slowCallbackThreshold.isNegative(), prefix + "slow-callback-threshold", slowCallbackThreshold,
					"A time cannot be negative.");
			check(threadPoolSize > 0, prefix + "thread-pool-size", threadPoolSize, "There must be at least one.");
			check(threadPoolQueue > 0, prefix + "thread-pool-queue", threadPoolQueue, "There must be at least one.");
			check(inlineCallbacksLimit == null || inlineCallbacksLimit > 0, prefix + "inline-callbacks-limit",
					inlineCallbacksLimit, "There must be at least one.");
		}

	}

	/**
	 * One server.
	 *
	 * @param port Port to listen on. Zero for any free one.
	 * @param address Network address to listen on. All of them unless set.
	 * @param path Path of a Unix socket to listen on, instead of a port.
	 * @param pathMode Who may connect to the Unix socket, as an octal number.
	 * @param endpoint Description of what to listen at, instead of a port, such as
	 * "tcp6:8000:interface=\\:\\:1".
	 * @param ssl TLS.
	 * @param proxyProtocol Whether each connection begins with a header of the PROXY
	 * protocol, which says who the load balancer speaks for. Only for ports that nobody
	 * else can reach.
	 * @param proxyProtocolTimeout Time that the header of the PROXY protocol may take.
	 * @param reusePort Whether other processes may listen on the same port, among which
	 * the system spreads connections.
	 * @param backlog Number of connections that may wait to be accepted.
	 * @param maxConnections Number of connections that may be open together before more
	 * are refused. -1 for no limit.
	 * @param maxConnectionsPerPeer Number of connections from one IPv4 address or one
	 * IPv6 /64 network that may be open together before more are refused. -1 for no
	 * limit.
	 * @param acceptRate Number of connections to accept in a second. More wait in the
	 * backlog. -1 for no limit.
	 * @param idleTimeout Time that a connection may bring nothing and take nothing before
	 * it is closed. No limit unless set.
	 * @param firstMessageTimeout Time that the first message of a connection may take
	 * before it is closed. No limit unless set.
	 * @param frameTimeout Time that a line, a string or another frame may take from its
	 * first byte to its last before its connection is closed. No limit unless set.
	 * @param maxFrameLength Length that a line, a string or another frame may have before
	 * its connection is closed, in place of what the protocol allows.
	 * @param readLimit Amount of data that each connection may bring in a second. More
	 * has to wait. No limit unless set.
	 * @param writeLimit Amount of data that each connection is sent in a second. More has
	 * to wait. No limit unless set.
	 * @param trafficLog Whether to log what goes over the connections, with level DEBUG,
	 * to a logger that is called dev.twisted.traffic and the name of the server.
	 * @param enabled Whether to open the server.
	 */
	public record Server(@Nullable Integer port, @Nullable InetAddress address, @Nullable Path path,
			@DefaultValue("666") String pathMode, @Nullable String endpoint, @Nullable Ssl ssl,
			@DefaultValue("false") boolean proxyProtocol, @DefaultValue("10s") Duration proxyProtocolTimeout,
			@DefaultValue("false") boolean reusePort, @DefaultValue("" + ReactorTCP.DEFAULT_BACKLOG) int backlog,
			@DefaultValue("10000") int maxConnections, @DefaultValue("-1") int maxConnectionsPerPeer,
			@DefaultValue("-1") int acceptRate, @Nullable Duration idleTimeout, @Nullable Duration firstMessageTimeout,
			@Nullable Duration frameTimeout, @Nullable DataSize maxFrameLength, @Nullable DataSize readLimit,
			@Nullable DataSize writeLimit, @DefaultValue("false") boolean trafficLog,
			@DefaultValue("true") boolean enabled) {

		private void check(String prefix) {
			TwistedProperties.check(this.port == null || (this.port >= 0 && this.port <= 65535), prefix + ".port",
					this.port, "A port is a number from 0 to 65535.");
			TwistedProperties.check(this.pathMode.matches("0?[0-7]{3}"), prefix + ".path-mode", this.pathMode,
					"A mode is three digits from 0 to 7, in quotes in YAML.");
			TwistedProperties.check(isPositive(this.proxyProtocolTimeout), prefix + ".proxy-protocol-timeout",
					this.proxyProtocolTimeout, "A header takes some time.");
			if (this.ssl != null) {
				this.ssl.check(prefix + ".ssl");
			}
			TwistedProperties.check(this.backlog > 0, prefix + ".backlog", this.backlog, "There must be at least one.");
			TwistedProperties.check(this.maxConnections > 0 || this.maxConnections == -1, prefix + ".max-connections",
					this.maxConnections, "There must be at least one; -1 is for no limit.");
			checkLimits(prefix);
		}

		private void checkLimits(String prefix) {
			checkLimit(this.maxConnectionsPerPeer, prefix + ".max-connections-per-peer");
			checkLimit(this.acceptRate, prefix + ".accept-rate");
			checkLimit(this.idleTimeout, prefix + ".idle-timeout");
			checkLimit(this.firstMessageTimeout, prefix + ".first-message-timeout");
			checkLimit(this.frameTimeout, prefix + ".frame-timeout");
			TwistedProperties.check(isLength(this.maxFrameLength), prefix + ".max-frame-length", this.maxFrameLength,
					"A frame has from one byte to 2147483646; without the key the protocol's own limit holds.");
			checkLimit(this.readLimit, prefix + ".read-limit");
			checkLimit(this.writeLimit, prefix + ".write-limit");
		}

		private static void checkLimit(int number, String key) {
			TwistedProperties.check(number > 0 || number == -1, key, number,
					"There must be at least one; -1 is for no limit.");
		}

		private static void checkLimit(@Nullable Duration time, String key) {
			TwistedProperties.check(time == null || isPositive(time), key, time,
					"A time limit is more than zero; without the key there is none.");
		}

		private static void checkLimit(@Nullable DataSize size, String key) {
			TwistedProperties.check(size == null || size.toBytes() > 0, key, size,
					"At least one byte a second; without the key there is no limit.");
		}

		/** What the port is told to limit, besides the number of connections. */
		ConnectionLimits limits() {
			return new ConnectionLimits(number(this.maxConnectionsPerPeer), number(this.acceptRate), this.idleTimeout,
					this.firstMessageTimeout, this.frameTimeout, number(this.readLimit), number(this.writeLimit),
					number(this.maxFrameLength));
		}

		private static int number(int number) {
			return (number > 0) ? number : ConnectionLimits.UNLIMITED;
		}

		private static int number(@Nullable DataSize size) {
			return (size != null) ? (int) Math.min(size.toBytes(), ConnectionLimits.UNLIMITED)
					: ConnectionLimits.UNLIMITED;
		}

	}

	/**
	 * TLS of one server.
	 *
	 * @param bundle Name of the SSL bundle with the certificate of the server, and with
	 * the authorities of its clients if they have certificates.
	 * @param clientAuth Whether clients are asked for a certificate, and whether they
	 * need one.
	 * @param handshakeTimeout Time that a TLS handshake may take.
	 * @param sni SSL bundles of further names of the server. Names by which clients ask
	 * for the server, of which one that begins with "*." stands for all with one more
	 * label, and the names of their bundles.
	 * @param applicationProtocols Comma-separated list of the protocols to offer inside
	 * TLS (ALPN), the best first.
	 */
	public record Ssl(@Nullable String bundle, @DefaultValue("none") ClientAuth clientAuth,
			@DefaultValue("10s") Duration handshakeTimeout, @DefaultValue Map<String, String> sni,
			@DefaultValue List<String> applicationProtocols) {

		private void check(String prefix) {
			TwistedProperties.check(this.bundle != null && !this.bundle.isBlank(), prefix + ".bundle", this.bundle,
					"TLS needs a certificate, and so the name of an SSL bundle.");
			TwistedProperties.check(isPositive(this.handshakeTimeout), prefix + ".handshake-timeout",
					this.handshakeTimeout, "A handshake takes some time.");
		}

	}

}
