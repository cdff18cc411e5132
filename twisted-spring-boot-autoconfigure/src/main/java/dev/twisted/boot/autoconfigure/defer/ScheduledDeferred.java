package dev.twisted.boot.autoconfigure.defer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.support.DefaultScheduledTaskObservationConvention;
import org.springframework.scheduling.support.ScheduledMethodRunnable;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;
import org.springframework.scheduling.support.ScheduledTaskObservationConvention;
import org.springframework.scheduling.support.ScheduledTaskObservationDocumentation;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A scheduled method that returns a {@link Deferred}. A run is over when the Deferred has
 * fired. As with a Mono, the thread waits for that only if the next run is to begin some
 * time after, and a failure is logged and ends nothing but its run.
 */
final class ScheduledDeferred extends ScheduledMethodRunnable {

	private static final Log logger = LogFactory.getLog(ScheduledDeferred.class);

	private static final ScheduledTaskObservationConvention CONVENTION = new DefaultScheduledTaskObservationConvention();

	private final Supplier<ObservationRegistry> observationRegistry;

	/** Calls the method whenever it is subscribed to. */
	private final Mono<?> work;

	private final boolean waits;

	private final Sinks.Empty<Object> end = Sinks.empty();

	private volatile boolean ended;

	ScheduledDeferred(Object bean, Method method, Scheduled scheduled,
			Supplier<ObservationRegistry> observationRegistry) {
		super(bean, method, scheduled.scheduler(), observationRegistry);
		Assert.state(method.getParameterCount() == 0,
				() -> "Only a method without arguments can be scheduled, which '%s' is not".formatted(method));
		Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
		ReflectionUtils.makeAccessible(invocable);
		this.work = Deferreds.mono(() -> call(invocable, bean))
			.checkpoint("@Scheduled '%s()' in '%s'".formatted(method.getName(), method.getDeclaringClass().getName()));
		this.waits = scheduled.fixedDelay() > 0 || StringUtils.hasText(scheduled.fixedDelayString());
		this.observationRegistry = observationRegistry;
	}

	private static @Nullable Deferred<?> call(Method method, Object bean) throws Exception {
		try {
			return (Deferred<?>) method.invoke(bean);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
			throw ex;
		}
	}

	@Override
	public void run() {
		if (this.ended) {
			return;
		}
		CountDownLatch over = new CountDownLatch(1);
		ScheduledTaskObservationContext context = new ScheduledTaskObservationContext(
				AopProxyUtils.ultimateSingletonTarget(getTarget()), getMethod());
		Observation observation = ScheduledTaskObservationDocumentation.TASKS_SCHEDULED_EXECUTION
			.observation(null, CONVENTION, () -> context, this.observationRegistry.get())
			.start();
		this.work.doOnSuccess((result) -> context.setComplete(true))
			.<Object>then(Mono.empty())
			.takeUntilOther(this.end.asMono())
			.onErrorResume((ex) -> {
				logger.warn("Unexpected error occurred in scheduled task " + this, ex);
				observation.error(ex);
				return Mono.empty();
			})
			.doFinally((signal) -> {
				observation.stop();
				over.countDown();
			})
			.contextWrite((written) -> written.put(ObservationThreadLocalAccessor.KEY, observation))
			.subscribe();
		if (this.waits) {
			await(over);
		}
	}

	private static void await(CountDownLatch over) {
		try {
			over.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Cancel what is running; nothing runs after it. */
	void end() {
		this.ended = true;
		this.end.tryEmitEmpty();
	}

}
