package dev.twisted.boot.autoconfigure.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.twisted.boot.TwistedHandlers;
import dev.twisted.boot.autoconfigure.TwistedServersAutoConfiguration;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Reactor;
import dev.twisted.protocols.policies.TimeoutFactory;
import dev.twisted.web.websocket.WebSocketTransport;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.WebHandler;
import reactor.netty.http.server.WebsocketServerSpec;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for protocols behind WebSockets: one
 * for each key under {@code twisted.web.websockets}, which is the name that
 * {@link dev.twisted.boot.ProtocolHandler} gives a protocol.
 */
@AutoConfiguration(after = TwistedServersAutoConfiguration.class)
@ConditionalOnClass({ Reactor.class, WebSocketTransport.class, WebSocketHandler.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(TwistedHandlers.class)
@EnableConfigurationProperties(TwistedWebProperties.class)
public final class TwistedWebSocketAutoConfiguration {

	@Bean
	OpenWebSockets twistedOpenWebSockets(TwistedWebProperties properties) {
		return new OpenWebSockets(properties.websockets());
	}

	@Bean
	SimpleUrlHandlerMapping twistedWebSocketMapping(TwistedWebProperties properties, TwistedHandlers handlers,
			ObjectProvider<Reactor> reactors, OpenWebSockets open) {
		Map<String, Object> byPath = new LinkedHashMap<>();
		Map<String, CorsConfiguration> origins = new LinkedHashMap<>();
		properties.websockets().forEach((name, socket) -> {
			String path = String.valueOf(socket.path());
			if (byPath.put(path, limited(handler(name, socket, handlers, reactors, open), socket)) != null) {
				throw new FailureAnalyzedException("Two WebSockets have the path %s.".formatted(path),
						"Change twisted.web.websockets.%s.path.".formatted(name));
			}
			CorsConfiguration cors = new CorsConfiguration();
			cors.setAllowedOrigins(socket.allowedOrigins());
			origins.put(path, cors);
		});
		// Before the controllers and the static resources, whose patterns are wider.
		SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(byPath, -1);
		mapping.setCorsConfigurations(origins);
		return mapping;
	}

	/** Web servers other than Netty's have limits, and ways to set them, of their own. */
	private static Object limited(WebSocketHandler handler, TwistedWebProperties.WebSocket socket) {
		HandshakeWebSocketService usual = new HandshakeWebSocketService();
		if (!(usual.getUpgradeStrategy() instanceof ReactorNettyRequestUpgradeStrategy)) {
			return handler;
		}
		int most = (int) socket.maxMessageSize().toBytes();
		WebSocketService service = new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
				() -> WebsocketServerSpec.builder().maxFramePayloadLength(most)));
		return (WebHandler) (exchange) -> service.handleRequest(exchange, handler);
	}

	private static WebSocketHandler handler(String name, TwistedWebProperties.WebSocket socket,
			TwistedHandlers handlers, ObjectProvider<Reactor> reactors, OpenWebSockets open) {
		try {
			Reactor reactor = reactors.getObject();
			Factory factory = handlers.factory(name);
			Duration idle = socket.idleTimeout();
			return new ProtocolWebSocketHandler(reactor, name,
					(idle != null) ? new TimeoutFactory(factory, reactor, idle) : factory, open.of(name));
		}
		catch (IllegalArgumentException ex) {
			throw new FailureAnalyzedException(
					"The WebSocket '%s' cannot be served: %s".formatted(name, ex.getMessage()),
					"Annotate a Protocol or a Factory with @ProtocolHandler(\"%1$s\"), or remove twisted.web.websockets.%1$s."
						.formatted(name),
					ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetricsConfiguration {

		@Bean
		WebSocketMetrics twistedWebSocketMetrics(OpenWebSockets open) {
			return new WebSocketMetrics(open);
		}

	}

}
