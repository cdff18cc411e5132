package dev.twisted.boot.test;

import java.lang.reflect.Field;

import org.springframework.core.env.Environment;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;
import org.springframework.util.ReflectionUtils;

/**
 * Fills the fields of a test that are annotated with {@link LocalTwistedPort}.
 */
class LocalTwistedPortTestExecutionListener implements TestExecutionListener {

	@Override
	public void prepareTestInstance(TestContext testContext) {
		Object test = testContext.getTestInstance();
		ReflectionUtils.doWithFields(test.getClass(), (field) -> fill(field, test, testContext),
				(field) -> field.isAnnotationPresent(LocalTwistedPort.class));
	}

	private static void fill(Field field, Object test, TestContext testContext) throws IllegalAccessException {
		String server = field.getAnnotation(LocalTwistedPort.class).value();
		Environment environment = testContext.getApplicationContext().getEnvironment();
		Integer port = environment.getProperty("local.twisted.%s.port".formatted(server), Integer.class);
		if (port == null) {
			throw new IllegalStateException(
					"No server named '%s' listens, so %s gets no port: set twisted.servers.%s.port".formatted(server,
							field, server));
		}
		ReflectionUtils.makeAccessible(field);
		field.set(test, port);
	}

}
