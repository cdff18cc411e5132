package dev.twisted.protocols;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;

/**
 * Finds out, once for each class of receivers, which of its handlers it overrides, so
 * that no frame is wrapped in a buffer for nobody. Where classes cannot be looked into,
 * every frame takes the first door and is passed on from there.
 */
final class Doors extends ClassValue<Door> {

	private static final boolean NATIVE_IMAGE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

	private final Class<?> base;

	private final String method;

	private final Class<?>[] before;

	/**
	 * The doors of some kind of receiver.
	 * @param base the class that has the handlers which lead from door to door
	 * @param method their name
	 * @param before what else they are given, before the frame
	 */
	Doors(Class<?> base, String method, Class<?>... before) {
		this.base = base;
		this.method = method;
		this.before = before;
	}

	@Override
	protected Door computeValue(Class<?> type) {
		if (NATIVE_IMAGE || overrides(type, ByteBuf.class)) {
			return Door.BUFFER;
		}
		return overrides(type, byte[].class) ? Door.BYTES : Door.TEXT;
	}

	private boolean overrides(Class<?> type, Class<?> frame) {
		Class<?>[] parameters = Arrays.copyOf(this.before, this.before.length + 1);
		parameters[this.before.length] = frame;
		for (Class<?> declaring = type; declaring != null
				&& declaring != this.base; declaring = declaring.getSuperclass()) {
			try {
				if (Stream.of(declaring.getDeclaredMethods()).anyMatch((candidate) -> matches(candidate, parameters))) {
					return true;
				}
			}
			catch (LinkageError ex) {
				// Something that class speaks of is not there; the longer way is right,
				// too.
				return true;
			}
		}
		return false;
	}

	private boolean matches(Method candidate, Class<?>[] parameters) {
		return candidate.getName().equals(this.method) && Arrays.equals(candidate.getParameterTypes(), parameters);
	}

}
