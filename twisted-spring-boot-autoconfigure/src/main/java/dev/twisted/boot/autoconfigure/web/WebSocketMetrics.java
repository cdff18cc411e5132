package dev.twisted.boot.autoconfigure.web;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * How many WebSockets are open and how many were refused, by the name of their handler.
 */
final class WebSocketMetrics implements MeterBinder {

	private final OpenWebSockets open;

	WebSocketMetrics(OpenWebSockets open) {
		this.open = open;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.open.names().forEach((name) -> {
			Gauge.builder("twisted.websocket.connections", this.open.of(name), OpenWebSockets.Sockets::count)
				.description("WebSockets that are open")
				.tag("websocket", name)
				.register(registry);
			FunctionCounter
				.builder("twisted.websocket.connections.refused", this.open.of(name), OpenWebSockets.Sockets::refused)
				.description("WebSockets that were one too many")
				.tag("websocket", name)
				.register(registry);
		});
	}

}
