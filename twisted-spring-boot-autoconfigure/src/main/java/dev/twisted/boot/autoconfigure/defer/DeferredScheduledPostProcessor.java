package dev.twisted.boot.autoconfigure.defer;

import java.lang.reflect.Method;

import dev.twisted.defer.Deferred;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;

/**
 * Schedules methods that return a {@link Deferred}. Spring calls a reactive method once
 * and subscribes to its result again and again, which suits a Mono; here it gets a method
 * whose Mono calls the one that is meant, each time.
 */
final class DeferredScheduledPostProcessor extends ScheduledAnnotationBeanPostProcessor {

	private static final long serialVersionUID = 1L;

	@Override
	protected void processScheduled(Scheduled scheduled, Method method, Object bean) {
		if (Deferred.class.isAssignableFrom(method.getReturnType())) {
			super.processScheduled(scheduled, ScheduledDeferred.METHOD, ScheduledDeferred.of(method, bean));
		}
		else {
			super.processScheduled(scheduled, method, bean);
		}
	}

}
