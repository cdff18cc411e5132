package dev.twisted.boot.autoconfigure;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ReactorTCP;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

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
	 * @param backlog Number of connections that may wait to be accepted.
	 * @param maxConnections Number of connections that may be open together before more
	 * are refused. -1 for no limit.
	 * @param enabled Whether to open the server.
	 */
	public record Server(@Nullable Integer port, @Nullable InetAddress address,
			@DefaultValue("" + ReactorTCP.DEFAULT_BACKLOG) int backlog, @DefaultValue("10000") int maxConnections,
			@DefaultValue("true") boolean enabled) {

		private void check(String prefix) {
			TwistedProperties.check(this.port == null || (this.port >= 0 && this.port <= 65535), prefix + ".port",
					this.port, "A port is a number from 0 to 65535.");
			TwistedProperties.check(this.backlog > 0, prefix + ".backlog", this.backlog, "There must be at least one.");
			TwistedProperties.check(this.maxConnections > 0 || this.maxConnections == -1, prefix + ".max-connections",
					this.maxConnections, "There must be at least one; -1 is for no limit.");
		}

	}

}
