package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.Deferred;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that makes a method that returns a
 * {@link Deferred} take part in the transaction that {@code @Transactional} gives it.
 */
@AutoConfiguration(after = TwistedDeferredAutoConfiguration.class)
@ConditionalOnClass({ Deferred.class, TransactionInterceptor.class })
public final class TwistedTransactionAutoConfiguration {

	@Bean
	static DeferredTransactionPostProcessor deferredTransactionPostProcessor() {
		return new DeferredTransactionPostProcessor();
	}

}
