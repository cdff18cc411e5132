package dev.twisted.boot.autoconfigure.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.TwistedServer;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorStatistics;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;

/**
 * Whether the reactor answers and how long that takes, and what listens where. Opens no
 * port and blocks nobody.
 */
final class TwistedHealthIndicator extends AbstractReactiveHealthIndicator {

	/** Less than the second after which a Kubernetes probe gives up. */
	static final Duration ANSWER_TIMEOUT = Duration.ofMillis(750);

	private final TwistedRuntime runtime;

	TwistedHealthIndicator(TwistedRuntime runtime) {
		super("Twisted health check failed");
		this.runtime = runtime;
	}

	@Override
	protected Mono<Health> doHealthCheck(Health.Builder builder) {
		TwistedRuntime.State state = this.runtime.state();
		Reactor reactor = this.runtime.reactor();
		if (state == TwistedRuntime.State.STOPPED) {
			return Mono.just(builder.outOfService().withDetail("state", "stopped").build());
		}
		if (reactor == null) {
			return Mono.just(builder.unknown().withDetail("state", "not in use").build());
		}
		addReactor(builder, reactor.statistics());
		boolean allListening = addServers(builder);
		if (state == TwistedRuntime.State.DRAINING) {
			return Mono.just(builder.outOfService().withDetail("state", "draining").build());
		}
		if (!reactor.running()) {
			return Mono.just(builder.down().withDetail("error", "The reactor does not run").build());
		}
		builder.status(allListening ? Status.UP : Status.DOWN);
		return lag(reactor).map((lag) -> builder.withDetail("lagMillis", millis(lag)).build())
			.onErrorResume(TimeoutException.class,
					(ex) -> Mono.just(builder.down()
						.withDetail("error", "The reactor has not answered within " + ANSWER_TIMEOUT.toMillis() + " ms")
						.build()));
	}

	private static void addReactor(Health.Builder builder, ReactorStatistics statistics) {
		builder.withDetail("eventLoopModel", statistics.eventLoopModel());
		builder.withDetail("eventLoops", statistics.eventLoops());
		builder.withDetail("connections", statistics.connections());
	}

	private boolean addServers(Health.Builder builder) {
		boolean allListening = true;
		Map<String, Map<String, Object>> servers = new LinkedHashMap<>();
		for (TwistedServer server : this.runtime.servers()) {
			boolean listening = server.port().listening();
			allListening &= listening;
			Map<String, Object> details = servers.computeIfAbsent(server.name(), (name) -> new LinkedHashMap<>());
			String transport = server.address().type();
			details.put(transport.toLowerCase(Locale.ROOT), listening ? server.address().toString() : "closed");
			if (!"UDP".equals(transport)) {
				details.put("connections", server.port().connections());
			}
		}
		builder.withDetail("servers", servers);
		return allListening;
	}

	private static double millis(Duration lag) {
		return Math.round(lag.toNanos() / 1_000.0) / 1_000.0;
	}

	private static Mono<Duration> lag(Reactor reactor) {
		return Mono.<Duration>create((sink) -> {
			long asked = System.nanoTime();
			reactor.callFromThread(() -> sink.success(Duration.ofNanos(System.nanoTime() - asked)));
		}).timeout(ANSWER_TIMEOUT);
	}

}
