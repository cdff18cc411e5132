package dev.twisted.defer;

import java.util.Arrays;

/**
 * Tells where a body awaited what failed. Goes with the exception as a suppressed one:
 * its own stack says where the failure was born, this one who was waiting for it.
 */
final class AwaitTrace extends Exception {

	private static final long serialVersionUID = 1L;

	/** An exception that is thrown again and again must not grow without end. */
	private static final int MOST_TRACES = 16;

	private AwaitTrace(StackTraceElement[] place) {
		super("awaited here", null, false, true);
		setStackTrace(place);
	}

	/**
	 * Add the place of the caller's await to an exception, which others may know as well:
	 * each place once, and not too many.
	 */
	static void addTo(Throwable failure) {
		if (failure instanceof CancelledException && !Deferred.getDebugging()) {
			// Nothing went wrong, and it happens by the thousand.
			return;
		}
		StackTraceElement[] place = ownFrames(new Throwable().getStackTrace());
		synchronized (failure) {
			int traces = 0;
			for (Throwable suppressed : failure.getSuppressed()) {
				if (suppressed instanceof AwaitTrace) {
					if (Arrays.equals(suppressed.getStackTrace(), place)) {
						return;
					}
					traces++;
				}
			}
			if (traces < MOST_TRACES) {
				failure.addSuppressed(new AwaitTrace(place));
			}
		}
	}

	/** From the await to the beginning of the body, without our own. */
	private static StackTraceElement[] ownFrames(StackTraceElement[] stack) {
		int begin = 0;
		while (begin < stack.length && isMachinery(stack[begin])) {
			begin++;
		}
		int end = begin;
		while (end < stack.length && !isMachinery(stack[end])) {
			end++;
		}
		return Arrays.copyOfRange(stack, begin, end);
	}

	private static boolean isMachinery(StackTraceElement frame) {
		String name = frame.getClassName();
		return name.equals(AwaitTrace.class.getName()) || name.equals(Body.class.getName())
				|| name.equals(Deferreds.class.getName());
	}

}
