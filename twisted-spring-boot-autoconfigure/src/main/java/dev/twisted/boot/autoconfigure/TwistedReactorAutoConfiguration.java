package dev.twisted.boot.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import dev.twisted.boot.ReactorBuilderCustomizer;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link Reactor}. It is made
 * when a bean asks for it, and runs as long as its context does.
 */
@AutoConfiguration(after = LifecycleAutoConfiguration.class)
@ConditionalOnClass({ Reactor.class, ReactorBuilder.class })
@EnableConfigurationProperties(TwistedProperties.class)
public final class TwistedReactorAutoConfiguration {

	/** What Spring allows a phase of the shutdown if nobody says otherwise. */
	private static final Duration DEFAULT_PHASE_TIMEOUT = Duration.ofSeconds(10);

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	Reactor twistedReactor(TwistedProperties properties, ObjectProvider<ReactorBuilderCustomizer> customizers,
			ObjectProvider<LifecycleProperties> lifecycleProperties, ObjectProvider<TwistedLifecycle> lifecycle,
			Environment environment) {
		ReactorBuilder builder = new ReactorBuilder();
		apply(properties.reactor(), builder);
		builder.shutdownTimeout(shutdownTimeout(phaseTimeout(lifecycleProperties)));
		if (Threading.VIRTUAL.isActive(environment)) {
			builder.threadFactory(new VirtualThreadTaskExecutor("twisted-pool-").getVirtualThreadFactory());
		}
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		Reactor reactor = build(builder, properties.reactor());
		lifecycle.ifAvailable((managing) -> managing.manage(reactor));
		return reactor;
	}

	@Bean
	TwistedLifecycle twistedLifecycle(ConfigurableApplicationContext context, ObjectProvider<Reactor> reactors,
			ObjectProvider<ServerBinder> binder, ObjectProvider<LifecycleProperties> lifecycleProperties) {
		return new TwistedLifecycle(context, reactors, binder, phaseTimeout(lifecycleProperties));
	}

	@Bean
	TwistedGracefulShutdownLifecycle twistedGracefulShutdownLifecycle(TwistedLifecycle lifecycle) {
		return new TwistedGracefulShutdownLifecycle(lifecycle);
	}

	private static void apply(TwistedProperties.Reactor properties, ReactorBuilder builder) {
		builder.eventLoopModel(properties.eventLoopModel());
		builder.eventLoops(properties.eventLoops());
		builder.slowCallbackThreshold(properties.slowCallbackThreshold());
		builder.threadPoolSize(properties.threadPoolSize());
		builder.threadPoolQueue(properties.threadPoolQueue());
		Integer inlineCallbacksLimit = properties.inlineCallbacksLimit();
		if (inlineCallbacksLimit != null) {
			builder.inlineCallbacksLimit(inlineCallbacksLimit);
		}
		builder.logContext(properties.logContext());
	}

	private static Reactor build(ReactorBuilder builder, TwistedProperties.Reactor properties) {
		try {
			return builder.build();
		}
		catch (IllegalStateException ex) {
			throw new InvalidConfigurationPropertyValueException("twisted.reactor.event-loop-model",
					properties.eventLoopModel().name().toLowerCase(Locale.ROOT),
					"%s. With 'auto' the best one there is gets used.".formatted(ex.getMessage()), ex);
		}
	}

	private static Duration phaseTimeout(ObjectProvider<LifecycleProperties> properties) {
		LifecycleProperties available = properties.getIfAvailable();
		return (available != null) ? available.getTimeoutPerShutdownPhase() : DEFAULT_PHASE_TIMEOUT;
	}

	/** A little less than the phase has, so that its end is still ours to report. */
	static Duration shutdownTimeout(Duration phaseTimeout) {
		Duration tenth = phaseTimeout.dividedBy(10);
		Duration second = Duration.ofSeconds(1);
		return phaseTimeout.minus((tenth.compareTo(second) < 0) ? tenth : second);
	}

}
