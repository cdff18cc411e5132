package dev.twisted.boot.autoconfigure;

import java.util.List;

import dev.twisted.boot.TwistedHandlers;
import dev.twisted.internet.Factory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The handlers among the beans of a context.
 */
final class DiscoveredHandlers implements TwistedHandlers {

	private final ConfigurableListableBeanFactory beanFactory;

	DiscoveredHandlers(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Factory factory(String server) {
		List<Handler> handlers = new HandlerDiscoverer(this.beanFactory).discover()
			.stream()
			.filter((handler) -> handler.kind().transport() == HandlerKind.Transport.TCP)
			.toList();
		return handlers.stream()
			.filter((handler) -> handler.servers().contains(server))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"There is no handler of connections of '%s'; there are those of: %s".formatted(server,
							String.join(", ",
									handlers.stream().flatMap((handler) -> handler.servers().stream()).toList()))))
			.factory(this.beanFactory);
	}

}
