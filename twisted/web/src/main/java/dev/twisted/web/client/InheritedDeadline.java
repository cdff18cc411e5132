package dev.twisted.web.client;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * When requests have to be over that are made because of another one: no later than that,
 * since somebody has asked once and waits for one answer. Between the two there may be
 * agents of any kind that know nothing of it, so it is given on in the thread.
 */
final class InheritedDeadline {

	private static final ThreadLocal<@Nullable Duration> CURRENT = new ThreadLocal<>();

	private InheritedDeadline() {
	}

	/** The deadline, on the line of the reactor's time; {@code null} if there is none. */
	static @Nullable Duration current() {
		return CURRENT.get();
	}

	/** Make a request because of another. */
	static <T> T of(Request cause, Supplier<T> request) {
		Duration before = CURRENT.get();
		CURRENT.set(cause.deadline());
		try {
			return request.get();
		}
		finally {
			if (before != null) {
				CURRENT.set(before);
			}
			else {
				CURRENT.remove();
			}
		}
	}

}
