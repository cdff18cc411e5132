package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.Deferred;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Has Deferreds debugged as long as a context lives that wants it. The switch is the
 * process's, so it stays on until the last such context is closed, and is then put back
 * where it was before the first. On before any bean is made, since beans may make
 * Deferreds.
 */
final class DeferredDebugging implements BeanFactoryPostProcessor, DisposableBean {

	private static int contexts;

	private static boolean before;

	private boolean on;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		synchronized (DeferredDebugging.class) {
			if (!this.on) {
				this.on = true;
				turnOn();
			}
		}
	}

	private static void turnOn() {
		if (contexts++ == 0) {
			before = Deferred.getDebugging();
			Deferred.setDebugging(true);
		}
	}

	@Override
	public void destroy() {
		synchronized (DeferredDebugging.class) {
			if (this.on) {
				this.on = false;
				turnOff();
			}
		}
	}

	private static void turnOff() {
		if (--contexts == 0) {
			Deferred.setDebugging(before);
		}
	}

}
