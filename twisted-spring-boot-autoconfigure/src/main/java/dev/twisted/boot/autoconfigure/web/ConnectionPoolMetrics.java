package dev.twisted.boot.autoconfigure.web;

import java.util.function.ToDoubleFunction;

import dev.twisted.web.client.HTTPConnectionPool;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Registers the numbers of each pool of HTTP connections when there is one, so that none
 * is made for its numbers.
 */
final class ConnectionPoolMetrics implements BeanPostProcessor {

	private final ObjectProvider<MeterRegistry> registry;

	ConnectionPoolMetrics(ObjectProvider<MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof HTTPConnectionPool pool) {
			this.registry.ifUnique((registry) -> bind(pool, beanName, registry));
		}
		return bean;
	}

	private static void bind(HTTPConnectionPool pool, String name, MeterRegistry registry) {
		gauge("active", "Connections that requests are using", pool, name, (statistics) -> statistics.active(),
				registry);
		gauge("idle", "Connections that nobody uses", pool, name, (statistics) -> statistics.idle(), registry);
		gauge("waiting", "Requests that wait for a connection", pool, name, (statistics) -> statistics.waiting(),
				registry);
	}

	private static void gauge(String what, String description, HTTPConnectionPool pool, String name,
			ToDoubleFunction<HTTPConnectionPool.Statistics> number, MeterRegistry registry) {
		Gauge
			.builder("twisted.web.client.connections." + what, pool,
					(measured) -> number.applyAsDouble(measured.statistics()))
			.description(description)
			.tag("pool", name)
			.register(registry);
	}

}
