package dev.twisted.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Configuration of the clients.
 *
 * @param clients Clients by name. Each needs a bean that is annotated with ProtocolClient
 * and the client's name.
 */
@ConfigurationProperties("twisted")
public record TwistedClientsProperties(@DefaultValue Map<String, Client> clients) {

	/**
	 * Checks the clients, whose names it knows.
	 */
	public TwistedClientsProperties {
		clients.forEach((name, client) -> client.check("twisted.clients." + name));
	}

	private static void check(boolean valid, String key, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(key, value, reason);
		}
	}

	private static boolean isPositive(Duration time) {
		return !time.isNegative() && !time.isZero();
	}

	/**
	 * One client.
	 *
	 * @param host Name or address of the host to connect to.
	 * @param port Port to connect to.
	 * @param endpoint Description of what to connect to, instead of a host and a port,
	 * such as "unix:/run/robot.sock".
	 * @param connectTimeout Time that connecting to the host may take, looking up its
	 * name included. 30 seconds unless set.
	 * @param prepareTimeout Time that a new connection may take to be prepared, such as
	 * to log in, before it is closed and made again.
	 * @param ssl TLS.
	 * @param maxFrameLength Length that a line, a string or another frame may have before
	 * the connection is closed, in place of what the protocol allows.
	 * @param reconnect How to connect again.
	 * @param enabled Whether to connect.
	 */
	public record Client(@Nullable String host, @Nullable Integer port, @Nullable String endpoint,
			@Nullable Duration connectTimeout, @DefaultValue("30s") Duration prepareTimeout, @Nullable Ssl ssl,
			@Nullable DataSize maxFrameLength, @DefaultValue Reconnect reconnect,
			@DefaultValue("true") boolean enabled) {

		private void check(String prefix) {
			TwistedClientsProperties.check(this.port == null || (this.port >= 1 && this.port <= 65535),
					prefix + ".port", this.port, "A port to connect to is a number from 1 to 65535.");
			TwistedClientsProperties.check(this.connectTimeout == null || isPositive(this.connectTimeout),
					prefix + ".connect-timeout", this.connectTimeout, "Connecting takes some time.");
			TwistedClientsProperties.check(isPositive(this.prepareTimeout), prefix + ".prepare-timeout",
					this.prepareTimeout, "Preparing a connection takes some time.");
			TwistedClientsProperties.check(TwistedProperties.isLength(this.maxFrameLength),
					prefix + ".max-frame-length", this.maxFrameLength,
					"A frame has from one byte to 2147483646; without the key the protocol's own limit holds.");
			this.reconnect.check(prefix + ".reconnect");
			if (this.ssl != null) {
				this.ssl.check(prefix + ".ssl");
			}
		}

	}

	/**
	 * TLS of one client.
	 *
	 * @param bundle Name of the SSL bundle with the authorities to trust, and with the
	 * client's own certificate if it has one.
	 * @param hostname Name to ask the server for and to check its certificate against.
	 * The host unless set.
	 * @param verifyHostname Whether to check that the server's certificate is for its
	 * name.
	 * @param handshakeTimeout Time that a TLS handshake may take.
	 * @param applicationProtocols Comma-separated list of the protocols to offer inside
	 * TLS (ALPN), the best first.
	 */
	public record Ssl(@Nullable String bundle, @Nullable String hostname, @DefaultValue("true") boolean verifyHostname,
			@DefaultValue("10s") Duration handshakeTimeout, @DefaultValue List<String> applicationProtocols) {

		private void check(String prefix) {
			TwistedClientsProperties.check(this.bundle != null && !this.bundle.isBlank(), prefix + ".bundle",
					this.bundle, "TLS needs to know whom to trust, and so the name of an SSL bundle.");
			TwistedClientsProperties.check(isPositive(this.handshakeTimeout), prefix + ".handshake-timeout",
					this.handshakeTimeout, "A handshake takes some time.");
		}

	}

	/**
	 * How one client connects again.
	 *
	 * @param initialDelay Time to wait before connecting again for the first time.
	 * @param maxDelay Longest time to wait.
	 * @param factor Number that the time is multiplied by after each failure.
	 * @param jitter Time that chance may add to each wait, so that many clients do not
	 * come back all at once.
	 */
	public record Reconnect(@DefaultValue("1500ms") Duration initialDelay, @DefaultValue("60s") Duration maxDelay,
			@DefaultValue("1.5") double factor, @DefaultValue("1s") Duration jitter) {

		private void check(String prefix) {
			TwistedClientsProperties.check(isPositive(this.initialDelay), prefix + ".initial-delay", this.initialDelay,
					"There has to be some time between attempts.");
			TwistedClientsProperties.check(this.maxDelay.compareTo(this.initialDelay) >= 0, prefix + ".max-delay",
					this.maxDelay, "The longest delay cannot be shorter than the first one.");
			TwistedClientsProperties.check(this.factor >= 1 && !Double.isInfinite(this.factor), prefix + ".factor",
					this.factor, "Delays must not become shorter, so it is a number of at least 1.");
			TwistedClientsProperties.check(!this.jitter.isNegative(), prefix + ".jitter", this.jitter,
					"A time cannot be negative.");
		}

	}

}
