package dev.twisted.defer;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Deferred} was made, where it was fired, and the functions it went
 * through. Exists only while debugging. Must not lead to the Deferred or to its
 * functions, since it is what is left to tell of them when they are gone.
 */
final class DebugInfo {

	/**
	 * So many of the last functions are remembered; a long-lived chain has any number.
	 */
	private static final int REMEMBERED = 32;

	static volatile boolean enabled;

	private final Throwable created = new Throwable("created");

	/** The last functions that were added, the oldest first. */
	private final Deque<ChainStep> steps = new ArrayDeque<>(4);

	private @Nullable Throwable fired;

	private long added;

	void fired() {
		this.fired = new Throwable("fired");
	}

	Throwable created() {
		return this.created;
	}

	/**
	 * A function is added.
	 * @param entry a {@link Callback} or a {@link Link}
	 * @return the entry that is to take its place in the queue
	 */
	Object added(Object entry) {
		synchronized (this.steps) {
			if (this.steps.size() == REMEMBERED) {
				this.steps.removeFirst();
			}
			ChainStep step = new ChainStep(++this.added, entry);
			this.steps.add(step);
			return new TracedLink(entry, step);
		}
	}

	/**
	 * The whole story of the Deferred.
	 * @return some lines
	 */
	String story() {
		StringBuilder text = new StringBuilder();
		appendSteps(text);
		appendPlaces(text);
		return text.toString();
	}

	private void appendSteps(StringBuilder text) {
		synchronized (this.steps) {
			if (this.added == 0) {
				text.append("Nothing was added to it");
				return;
			}
			text.append("Added to it:");
			if (this.added > this.steps.size()) {
				text.append("\n  ... ").append(this.added - this.steps.size()).append(" before these");
			}
			this.steps.forEach((step) -> text.append("\n  ").append(step));
		}
	}

	private void appendPlaces(StringBuilder text) {
		text.append('\n').append(StackText.of("Created:", this.created));
		Throwable first = this.fired;
		if (first != null) {
			text.append('\n').append(StackText.of("First called:", first));
		}
	}

	static String describe(@Nullable DebugInfo info) {
		String message = "The Deferred has already been called";
		if (info == null) {
			return message + "; Deferred.setDebugging(true), or the property twisted.deferred.debug, shows where";
		}
		StringBuilder text = new StringBuilder(message);
		info.appendPlaces(text);
		return text.toString();
	}

}
