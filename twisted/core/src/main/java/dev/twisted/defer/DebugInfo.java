package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Deferred} was made and where it was fired. Exists only while debugging.
 */
final class DebugInfo {

	static volatile boolean enabled;

	private final Throwable created = new Throwable("created");

	private @Nullable Throwable fired;

	void fired() {
		this.fired = new Throwable("fired");
	}

	Throwable created() {
		return this.created;
	}

	static String describe(@Nullable DebugInfo info) {
		String message = "The Deferred has already been called";
		if (info == null) {
			return message + "; Deferred.setDebugging(true) shows where";
		}
		StringBuilder text = new StringBuilder(message);
		text.append('\n').append(StackText.of("Created:", info.created));
		Throwable first = info.fired;
		if (first != null) {
			text.append('\n').append(StackText.of("First called:", first));
		}
		return text.toString();
	}

}
