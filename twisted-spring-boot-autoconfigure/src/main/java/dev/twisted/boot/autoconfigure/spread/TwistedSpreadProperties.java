package dev.twisted.boot.autoconfigure.spread;

import java.time.Duration;

import dev.twisted.spread.jelly.SecurityOptions;
import dev.twisted.spread.pb.BrokerOptions;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Configuration of Perspective Broker, servers and clients.
 *
 * @param callTimeout Time to wait for the answer to a call, and for a connection to make
 * it on; 0 for as long as it takes.
 * @param maxReferences Number of our objects that a peer may hold references to on one
 * connection.
 * @param maxCalls Number of calls of a peer that may be without an answer on one
 * connection.
 * @param maxDepth How deep what is sent or received may be nested.
 * @param maxMessageSize Size that one message may have, in either direction.
 * @param unsafeTracebacks Whether peers are told where in our code an error happened.
 */
@ConfigurationProperties("twisted.spread")
public record TwistedSpreadProperties(@DefaultValue("1m") Duration callTimeout, @DefaultValue("1024") int maxReferences,
		@DefaultValue("10000") int maxCalls, @DefaultValue("512") int maxDepth,
		@DefaultValue("6400KB") DataSize maxMessageSize, @DefaultValue("false") boolean unsafeTracebacks) {

	/** Deeper nesting would need more stack than a thread has. */
	private static final int DEEPEST = 2000;

	/**
	 * Checks the values.
	 */
	public TwistedSpreadProperties {
		check(!callTimeout.isNegative(), "call-timeout", callTimeout, "A time cannot be negative.");
		check(maxReferences >= 1, "max-references", maxReferences, "A peer needs at least one reference.");
		check(maxCalls >= 1, "max-calls", maxCalls, "A peer needs at least one call.");
		check(maxDepth >= 1 && maxDepth <= DEEPEST, "max-depth", maxDepth, "A depth is a number from 1 to 2000.");
		check(maxMessageSize.toBytes() >= 1 && maxMessageSize.toBytes() <= Integer.MAX_VALUE, "max-message-size",
				maxMessageSize, "A message has at least one byte and less than two gigabytes.");
	}

	private static void check(boolean valid, String key, Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException("twisted.spread." + key, value, reason);
		}
	}

	BrokerOptions options(SecurityOptions security) {
		return BrokerOptions.defaults()
			.withSecurity(security)
			.withUnsafeTracebacks(this.unsafeTracebacks)
			.withCallTimeout(this.callTimeout.isZero() ? null : this.callTimeout)
			.withMaxReferences(this.maxReferences)
			.withMaxCalls(this.maxCalls)
			.withMessageLimits(this.maxDepth, (int) this.maxMessageSize.toBytes());
	}

}
