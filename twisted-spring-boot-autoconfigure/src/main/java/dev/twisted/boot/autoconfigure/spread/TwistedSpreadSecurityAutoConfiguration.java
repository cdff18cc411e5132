package dev.twisted.boot.autoconfigure.spread;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.cred.CredentialsChecker;
import dev.twisted.spread.pb.Broker;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.UserDetailsService;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that lets the users of Spring
 * Security log in through Perspective Broker: there is a {@link CredentialsChecker} to
 * give to a portal.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class,
		afterName = { "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
				"org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration" })
@ConditionalOnClass({ Broker.class, Reactor.class, UserDetailsService.class })
public final class TwistedSpreadSecurityAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(ReactiveUserDetailsService.class)
	static class ReactiveUsers {

		@Bean
		@ConditionalOnMissingBean
		UserDetailsChecker twistedUserDetailsChecker(ReactiveUserDetailsService users,
				ObjectProvider<Reactor> reactors) {
			return UserDetailsChecker.ofReactive(users, reactors);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(UserDetailsService.class)
	static class Users {

		@Bean
		@ConditionalOnMissingBean
		UserDetailsChecker twistedUserDetailsChecker(UserDetailsService users, ObjectProvider<Reactor> reactors) {
			return UserDetailsChecker.of(users, reactors);
		}

	}

}
