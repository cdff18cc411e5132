package dev.twisted.boot.autoconfigure.web;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorLoops;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that has the web server of WebFlux
 * run on the reactor's event loops, so that a controller and a protocol are on the same
 * thread. Whoever defines a {@link ReactorResourceFactory} of their own, or a reactor
 * that has no event loops of Netty's, keeps them apart.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class,
		beforeName = { "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration",
				"org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration" })
@ConditionalOnClass({ Reactor.class, ReactorLoops.class, ReactorResourceFactory.class, HttpServer.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "twisted.web.share-event-loops", matchIfMissing = true)
@ConditionalOnBean(Reactor.class)
public final class TwistedEventLoopSharingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ReactorResourceFactory twistedReactorResourceFactory(Reactor reactor) {
		ReactorResourceFactory resources = new ReactorResourceFactory();
		if (ReactorLoops.areIn(reactor)) {
			resources.setUseGlobalResources(false);
			resources.setLoopResources(ReactorLoops.of(reactor));
		}
		return resources;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(NettyReactiveWebServerFactory.class)
	static class WatchConfiguration {

		@Bean
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> twistedWebServerWatch(
				ObjectProvider<ReactorResourceFactory> resources, ObjectProvider<Reactor> reactors) {
			return (factory) -> {
				ReactorResourceFactory used = resources.getIfUnique();
				if (used != null && used.getLoopResources() instanceof ReactorLoops) {
					Reactor reactor = reactors.getObject();
					factory.addServerCustomizers((server) -> server.doOnChannelInit(
							(observer, channel, remote) -> channel.pipeline().addFirst(new WatchedChannel(reactor))));
				}
			};
		}

	}

}
