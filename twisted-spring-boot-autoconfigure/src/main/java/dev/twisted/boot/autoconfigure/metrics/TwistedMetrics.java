package dev.twisted.boot.autoconfigure.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.TwistedServer;
import dev.twisted.boot.TwistedServerStartedEvent;
import dev.twisted.defer.Deferreds;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * What the reactor, the servers and Deferreds have counted. Read when a registry asks, so
 * that counting costs nothing more than it does anyway. The only tag is the name of a
 * server, of which there are as many as are configured.
 */
final class TwistedMetrics implements MeterBinder, ApplicationListener<TwistedServerStartedEvent> {

	private final ApplicationContext context;

	private final TwistedRuntime runtime;

	private final Set<MeterRegistry> registries = ConcurrentHashMap.newKeySet();

	TwistedMetrics(ApplicationContext context, TwistedRuntime runtime) {
		this.context = context;
		this.runtime = runtime;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder("twisted.deferred.unhandled", this, (metrics) -> Deferreds.unhandledErrors())
			.description("Failures that nobody had dealt with when their Deferred was garbage, in the whole process")
			.register(registry);
		gauge(registry, "twisted.reactor.connections", "TCP connections that are open, both ways",
				ReactorStatistics::connections);
		gauge(registry, "twisted.reactor.delayed.calls", "Timed calls still to be made",
				ReactorStatistics::delayedCalls);
		counter(registry, "twisted.reactor.callbacks.failed", "Exceptions thrown by callbacks",
				ReactorStatistics::callbackErrors);
		counter(registry, "twisted.reactor.callbacks.slow", "Callbacks that held an event loop for too long",
				ReactorStatistics::slowCallbacks);
		counter(registry, "twisted.reactor.connections.aborted",
				"Connections that had to be aborted when the reactor stopped", ReactorStatistics::abortedAtShutdown);
		this.registries.add(registry);
		this.runtime.servers().forEach((server) -> bind(server, registry));
	}

	@Override
	public void onApplicationEvent(TwistedServerStartedEvent event) {
		// Parents hear of their children's servers as well.
		if (event.getSource() == this.context) {
			this.registries.forEach((registry) -> bind(event.getServer(), registry));
		}
	}

	private void bind(TwistedServer server, MeterRegistry registry) {
		if (!isStream(server)) {
			return;
		}
		String name = server.name();
		Gauge.builder("twisted.server.connections", this, (metrics) -> metrics.sum(name, (port) -> port.connections()))
			.description("Connections to a server that are open")
			.tag("server", name)
			.register(registry);
		counter(registry, name, "twisted.server.connections.refused",
				"Connections to a server that were refused because there were too many, together or from one peer",
				ListeningPort::refusedConnections);
		counter(registry, name, "twisted.server.connections.timed.out",
				"Connections to a server that were closed because they were idle or too slow",
				ListeningPort::timedOutConnections);
		counter(registry, name, "twisted.server.handshakes.failed",
				"Connections to a server that came to nothing because a TLS handshake failed or because what had to come first did not",
				ListeningPort::failedHandshakes);
		counter(registry, name, "twisted.server.frames.too.long",
				"Lines, strings and other frames that were longer than a server accepts", ListeningPort::framesTooLong);
		counter(registry, name, "twisted.server.throttled",
				"Times that a server has held up reading, writing or accepting to keep to its limits",
				ListeningPort::throttlings);
	}

	private void counter(MeterRegistry registry, String server, String name, String description,
			ToDoubleFunction<ListeningPort> value) {
		FunctionCounter.builder(name, this, (metrics) -> metrics.sum(server, value))
			.description(description)
			.tag("server", server)
			.register(registry);
	}

	private static boolean isStream(TwistedServer server) {
		return !"UDP".equals(server.address().type());
	}

	/** Of the ports that the server has now: after a restart they are others. */
	private double sum(String name, ToDoubleFunction<ListeningPort> value) {
		return this.runtime.servers()
			.stream()
			.filter((server) -> server.name().equals(name) && isStream(server))
			.mapToDouble((server) -> value.applyAsDouble(server.port()))
			.sum();
	}

	private void gauge(MeterRegistry registry, String name, String description,
			ToDoubleFunction<ReactorStatistics> value) {
		Gauge.builder(name, this, (metrics) -> metrics.read(value)).description(description).register(registry);
	}

	private void counter(MeterRegistry registry, String name, String description,
			ToDoubleFunction<ReactorStatistics> value) {
		FunctionCounter.builder(name, this, (metrics) -> metrics.read(value))
			.description(description)
			.register(registry);
	}

	private double read(ToDoubleFunction<ReactorStatistics> value) {
		Reactor reactor = this.runtime.reactor();
		return (reactor != null) ? value.applyAsDouble(reactor.statistics()) : 0;
	}

}
