package dev.twisted.boot.autoconfigure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.twisted.boot.TwistedServer;
import dev.twisted.boot.TwistedServerStartedEvent;
import dev.twisted.internet.UNIXAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Puts the port that each server really has into the environment, as
 * {@code local.twisted.<name>.port}, there and in all parent contexts.
 */
final class PortInfoListener implements ApplicationListener<TwistedServerStartedEvent> {

	private static final String PROPERTY_SOURCE = "twistedServerPorts";

	@Override
	public void onApplicationEvent(TwistedServerStartedEvent event) {
		TwistedServer server = event.getServer();
		if (server.address() instanceof UNIXAddress) {
			return;
		}
		String key = "local.twisted.%s.port".formatted(server.name());
		for (ApplicationContext context = event.getApplicationContext(); context != null; context = parent(context)) {
			if (context instanceof ConfigurableApplicationContext configurable) {
				ports(configurable.getEnvironment()).put(key, server.address().port());
			}
		}
	}

	private static @Nullable ApplicationContext parent(ApplicationContext context) {
		return context.getParent();
	}

	private static Map<String, Object> ports(ConfigurableEnvironment environment) {
		MapPropertySource source = (MapPropertySource) environment.getPropertySources().get(PROPERTY_SOURCE);
		if (source == null) {
			source = new MapPropertySource(PROPERTY_SOURCE, new ConcurrentHashMap<>());
			environment.getPropertySources().addFirst(source);
		}
		return source.getSource();
	}

}
