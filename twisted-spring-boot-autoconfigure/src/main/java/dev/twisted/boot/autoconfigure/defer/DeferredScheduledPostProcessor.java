package dev.twisted.boot.autoconfigure.defer;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.util.ClassUtils;

/**
 * Schedules methods that return a {@link Deferred}. Spring calls a reactive method once
 * and subscribes to its result again and again, which suits a Mono; here the method is
 * called each time, by a {@link ScheduledDeferred}.
 */
final class DeferredScheduledPostProcessor extends ScheduledAnnotationBeanPostProcessor {

	private static final long serialVersionUID = 1L;

	/**
	 * What is scheduled as far as Spring is concerned, which would refuse the method
	 * itself for its type.
	 */
	private static final Method RUN = ClassUtils.getMethod(Runnable.class, "run");

	/** What the calling thread is about to hand to Spring. */
	private static final ThreadLocal<ScheduledDeferred> MAKING = new ThreadLocal<>();

	private final transient ScheduledTaskRegistrar registrar;

	/** What is scheduled of each bean; guarded by itself. */
	private final transient IdentityHashMap<Object, List<ScheduledDeferred>> scheduled = new IdentityHashMap<>();

	DeferredScheduledPostProcessor() {
		this(new ScheduledTaskRegistrar());
	}

	private DeferredScheduledPostProcessor(ScheduledTaskRegistrar registrar) {
		super(registrar);
		this.registrar = registrar;
	}

	@Override
	protected void processScheduled(Scheduled scheduled, Method method, Object bean) {
		if (!Deferred.class.isAssignableFrom(method.getReturnType())) {
			super.processScheduled(scheduled, method, bean);
			return;
		}
		ScheduledDeferred task = new ScheduledDeferred(bean, method, scheduled, this.registrar::getObservationRegistry);
		MAKING.set(task);
		try {
			super.processScheduled(scheduled, RUN, bean);
			synchronized (this.scheduled) {
				this.scheduled
					.computeIfAbsent(AopProxyUtils.ultimateSingletonTarget(bean), (target) -> new ArrayList<>())
					.add(task);
			}
		}
		catch (IllegalStateException ex) {
			throw new IllegalStateException("Cannot schedule '%s'".formatted(method), ex);
		}
		finally {
			MAKING.remove();
		}
	}

	@Override
	protected Runnable createRunnable(Object target, Method method, @Nullable String qualifier) {
		ScheduledDeferred task = MAKING.get();
		return (task != null) ? task : super.createRunnable(target, method, qualifier);
	}

	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		super.postProcessBeforeDestruction(bean, beanName);
		endWhatIsNoLongerScheduled();
	}

	@Override
	public void onApplicationEvent(ApplicationContextEvent event) {
		super.onApplicationEvent(event);
		endWhatIsNoLongerScheduled();
	}

	@Override
	public void destroy() {
		// First, as the threads that wait for them end next.
		end(true);
		super.destroy();
	}

	private void endWhatIsNoLongerScheduled() {
		end(false);
	}

	private void end(boolean all) {
		List<ScheduledDeferred> ending = new ArrayList<>();
		synchronized (this.scheduled) {
			this.scheduled.entrySet().removeIf((entry) -> {
				boolean over = all || !requiresDestruction(entry.getKey());
				return over && ending.addAll(entry.getValue());
			});
		}
		ending.forEach(ScheduledDeferred::end);
	}

}
