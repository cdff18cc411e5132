package dev.twisted.boot.autoconfigure.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.twisted.web.client.HTTPConnectionPool;
import dev.twisted.web.client.Responses;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Configuration of HTTP.
 *
 * @param shareEventLoops Whether the web server of WebFlux runs on the event loops of the
 * reactor.
 * @param client HTTP client.
 * @param websockets WebSockets that are served by protocols, by the name of their
 * handler.
 */
@ConfigurationProperties("twisted.web")
public record TwistedWebProperties(@DefaultValue("true") boolean shareEventLoops, @DefaultValue Client client,
		@DefaultValue Map<String, WebSocket> websockets) {

	/**
	 * Checks the WebSockets, whose names it knows.
	 */
	public TwistedWebProperties {
		websockets.forEach((name, socket) -> socket.check("twisted.web.websockets." + name));
	}

	private static void check(boolean valid, String key, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(key, value, reason);
		}
	}

	private static void checkTime(Duration time, String key) {
		check(!time.isNegative() && !time.isZero(), key, time, "A deadline is more than zero.");
	}

	/**
	 * The HTTP client.
	 *
	 * @param connectTimeout Time that connecting to one address may take.
	 * @param responseTimeout Time that a response may take to begin once its request is
	 * sent.
	 * @param totalTimeout Time that a request may take from its beginning to the end of
	 * the response.
	 * @param maxConnectionsPerHost Number of connections to one server.
	 * @param maxWaiting Number of requests that may wait for a connection to one server
	 * before more fail.
	 * @param cachedConnectionTimeout Time that an unused connection is kept.
	 * @param maxResponseSize Largest body of a response that the everyday client reads.
	 * @param http2 Whether to speak HTTP/2 with servers that have it, under TLS.
	 * @param ssl TLS.
	 */
	public record Client(@DefaultValue("30s") Duration connectTimeout, @DefaultValue("30s") Duration responseTimeout,
			@DefaultValue("5m") Duration totalTimeout,
			@DefaultValue("" + HTTPConnectionPool.DEFAULT_MAX_CONNECTIONS_PER_HOST) int maxConnectionsPerHost,
			@DefaultValue("" + HTTPConnectionPool.DEFAULT_MAX_WAITING) int maxWaiting,
			@DefaultValue("240s") Duration cachedConnectionTimeout,
			@DefaultValue(Responses.DEFAULT_MAX_LENGTH + "B") DataSize maxResponseSize,
			@DefaultValue("false") boolean http2, @DefaultValue Ssl ssl) {

		/**
		 * Checks the values.
		 */
		public Client {
			String prefix = "twisted.web.client.";
			checkTime(connectTimeout, prefix + "connect-timeout");
			checkTime(responseTimeout, prefix + "response-timeout");
			checkTime(totalTimeout, prefix + "total-timeout");
			checkTime(cachedConnectionTimeout, prefix + "cached-connection-timeout");
			checkTime(ssl.handshakeTimeout, prefix + "ssl.handshake-timeout");
			check(maxConnectionsPerHost > 0, prefix + "max-connections-per-host", maxConnectionsPerHost,
					"There must be at least one.");
			check(maxWaiting > 0, prefix + "max-waiting", maxWaiting, "There must be at least one.");
			check(maxResponseSize.toBytes() > 0 && maxResponseSize.toBytes() <= Integer.MAX_VALUE,
					prefix + "max-response-size", maxResponseSize, "A body has from one byte to two gigabytes.");
		}

	}

	/**
	 * TLS of the HTTP client.
	 *
	 * @param bundle Name of the SSL bundle with the authorities to trust, and with the
	 * client's own certificate if it has one. What this Java installation trusts unless
	 * set.
	 * @param handshakeTimeout Time that a TLS handshake may take.
	 */
	public record Ssl(@Nullable String bundle, @DefaultValue("10s") Duration handshakeTimeout) {
	}

	/**
	 * One WebSocket.
	 *
	 * @param path Path of the WebSocket on the web server.
	 * @param allowedOrigins Comma-separated list of the origins whose pages may open the
	 * WebSocket, besides that of the web server itself. "*" for all.
	 * @param maxMessageSize Largest message that is received; a larger one closes the
	 * WebSocket.
	 * @param maxConnections Number of WebSockets that may be open together before more
	 * are refused. -1 for no limit.
	 * @param idleTimeout Time without a message received or written after which the
	 * WebSocket is closed. No limit unless set.
	 */
	public record WebSocket(@Nullable String path, @DefaultValue List<String> allowedOrigins,
			@DefaultValue("64KB") DataSize maxMessageSize, @DefaultValue("10000") int maxConnections,
			@Nullable Duration idleTimeout) {

		private void check(String prefix) {
			TwistedWebProperties.check(this.path != null && this.path.startsWith("/"), prefix + ".path", this.path,
					"A path begins with a slash.");
			TwistedWebProperties.check(
					this.maxMessageSize.toBytes() > 0 && this.maxMessageSize.toBytes() <= Integer.MAX_VALUE,
					prefix + ".max-message-size", this.maxMessageSize, "A message has from one byte to two gigabytes.");
			TwistedWebProperties.check(this.maxConnections > 0 || this.maxConnections == -1,
					prefix + ".max-connections", this.maxConnections,
					"There must be at least one; -1 is for no limit.");
			if (this.idleTimeout != null) {
				checkTime(this.idleTimeout, prefix + ".idle-timeout");
			}
		}

	}

}
