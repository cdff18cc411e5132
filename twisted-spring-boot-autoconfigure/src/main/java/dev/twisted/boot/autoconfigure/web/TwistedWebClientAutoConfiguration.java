package dev.twisted.boot.autoconfigure.web;

import dev.twisted.boot.autoconfigure.BundleContextFactory;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ssl.CertificateOptions;
import dev.twisted.web.client.Agent;
import dev.twisted.web.client.HTTPAgent;
import dev.twisted.web.client.HTTPClient;
import dev.twisted.web.client.HTTPConnectionPool;
import dev.twisted.web.client.JacksonCodec;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Lazy;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the HTTP client: an
 * {@link Agent} on the context's reactor, with a pool, and the everyday client on top of
 * it.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass({ Reactor.class, Agent.class })
@EnableConfigurationProperties(TwistedWebProperties.class)
public final class TwistedWebClientAutoConfiguration {

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	HTTPConnectionPool twistedConnectionPool(Reactor reactor, TwistedWebProperties properties) {
		TwistedWebProperties.Client client = properties.client();
		return HTTPConnectionPool.builder(reactor)
			.maxConnectionsPerHost(client.maxConnectionsPerHost())
			.maxWaiting(client.maxWaiting())
			.cachedConnectionTimeout(client.cachedConnectionTimeout())
			.build();
	}

	@Bean
	@Lazy
	@Fallback
	@ConditionalOnMissingBean
	Agent twistedAgent(Reactor reactor, HTTPConnectionPool pool, TwistedWebProperties properties,
			ObjectProvider<SslBundles> sslBundles, ObjectProvider<AgentDecorator> decorators) {
		TwistedWebProperties.Client client = properties.client();
		return Agent.builder(reactor)
			.pool(pool)
			.connectTimeout(client.connectTimeout())
			.responseTimeout(client.responseTimeout())
			.totalTimeout(client.totalTimeout())
			.http2(client.http2())
			.contextFactory(contextFactory(client.ssl(), sslBundles.getIfAvailable()))
			.decorator((agent) -> decorators.orderedStream()
				.reduce(agent, (inner, decorator) -> decorator.apply(inner), (one, other) -> other))
			.build();
	}

	private static ContextFactory contextFactory(TwistedWebProperties.Ssl ssl, @Nullable SslBundles bundles) {
		String bundle = ssl.bundle();
		if (bundle == null) {
			return CertificateOptions.builder().handshakeTimeout(ssl.handshakeTimeout()).build();
		}
		try {
			if (bundles == null) {
				throw new IllegalStateException("there are no SSL bundles");
			}
			return BundleContextFactory.ofClient(bundles, bundle, ssl.handshakeTimeout());
		}
		catch (RuntimeException ex) {
			throw new FailureAnalyzedException(
					"The HTTP client is to use the SSL bundle '%s', which cannot be: %s".formatted(bundle,
							ex.getMessage()),
					"Define spring.ssl.bundle.pem.%1$s or spring.ssl.bundle.jks.%1$s, or change twisted.web.client.ssl.bundle."
						.formatted(bundle),
					ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		static ConnectionPoolMetrics twistedConnectionPoolMetrics(ObjectProvider<MeterRegistry> registry) {
			return new ConnectionPoolMetrics(registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class EverydayClientConfiguration {

		@Bean
		@Lazy
		@ConditionalOnMissingBean
		HTTPClient twistedHTTPClient(HTTPAgent agent, TwistedWebProperties properties,
				ObjectProvider<JsonMapper> mapper) {
			JsonMapper available = mapper.getIfAvailable();
			return new HTTPClient(agent, (available != null) ? new JacksonCodec(available) : new JacksonCodec(),
					(int) properties.client().maxResponseSize().toBytes());
		}

	}

}
