package dev.twisted.defer;

/**
 * Writes down where something happened.
 */
final class StackText {

	/** More is seldom read: deeper down is who called the caller. */
	private static final int MOST_CALLS = 10;

	private static final String OURS = StackText.class.getPackageName() + ".";

	private StackText() {
	}

	/**
	 * The place itself, as far as it is outside of this package.
	 * @param place an exception made there
	 * @return the call
	 */
	static String place(Throwable place) {
		for (StackTraceElement frame : place.getStackTrace()) {
			if (!isOurs(frame.getClassName())) {
				return "at " + frame;
			}
		}
		return "somewhere";
	}

	static boolean isOurs(String className) {
		return className.substring(0, className.lastIndexOf('.') + 1).equals(OURS);
	}

	/**
	 * The last calls that led to a place, the innermost first, without those of this
	 * package at the place itself.
	 * @param title what happened there
	 * @param place an exception made there
	 * @return a line with the title, one per call, and the number of those left out
	 */
	static String of(String title, Throwable place) {
		StringBuilder text = new StringBuilder(title);
		StackTraceElement[] frames = place.getStackTrace();
		int begin = 0;
		while (begin < frames.length && isOurs(frames[begin].getClassName())) {
			begin++;
		}
		int end = Math.min(frames.length, begin + MOST_CALLS);
		for (int i = begin; i < end; i++) {
			text.append("\n  at ").append(frames[i]);
		}
		if (end < frames.length) {
			text.append("\n  ... ").append(frames.length - end).append(" more");
		}
		return text.toString();
	}

}
