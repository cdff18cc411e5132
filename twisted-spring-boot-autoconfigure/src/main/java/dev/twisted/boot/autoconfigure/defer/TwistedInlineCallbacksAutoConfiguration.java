package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for methods that are annotated with
 * {@link dev.twisted.boot.InlineCallbacks}.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class)
@ConditionalOnClass({ Deferred.class, Reactor.class, ProxyFactory.class })
public final class TwistedInlineCallbacksAutoConfiguration {

	@Bean
	static InlineCallbacksPostProcessor twistedInlineCallbacksPostProcessor(ObjectProvider<Reactor> reactor,
			Environment environment) {
		InlineCallbacksPostProcessor postProcessor = new InlineCallbacksPostProcessor(
				new InlineCallbacksInterceptor(reactor));
		postProcessor
			.setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
		return postProcessor;
	}

	@Bean
	InlineCallbacksProtocolCheck twistedInlineCallbacksProtocolCheck(ListableBeanFactory beanFactory) {
		return new InlineCallbacksProtocolCheck(beanFactory);
	}

}
