package dev.twisted.boot.autoconfigure.web;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that warns of WebSockets that are
 * configured where nothing can serve them.
 */
@AutoConfiguration
@ConditionalOnClass(name = "dev.twisted.web.websocket.WebSocketTransport")
@Conditional(TwistedWebSocketAdviceAutoConfiguration.NothingServesThem.class)
@EnableConfigurationProperties(TwistedWebProperties.class)
public final class TwistedWebSocketAdviceAutoConfiguration {

	private static final Log logger = LogFactory.getLog(TwistedWebSocketAdviceAutoConfiguration.class);

	@Bean
	SmartInitializingSingleton twistedWebSocketAdvice(TwistedWebProperties properties) {
		return () -> properties.websockets()
			.forEach((name, socket) -> logger.warn(
					"The WebSocket '%s' is not served: twisted.web.websockets needs a WebFlux application, that is, spring-boot-starter-webflux and no Spring MVC"
						.formatted(name)));
	}

	/**
	 * There is no WebFlux, or it is not what serves. An application without a web server
	 * that has WebFlux does without on purpose.
	 */
	static final class NothingServesThem extends AnyNestedCondition {

		NothingServesThem() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		static class ServletApplication {

		}

		@ConditionalOnMissingClass("org.springframework.web.reactive.socket.WebSocketHandler")
		static class NoWebFlux {

		}

	}

}
