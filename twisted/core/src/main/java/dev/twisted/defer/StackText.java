package dev.twisted.defer;

/**
 * Writes down where something happened.
 */
final class StackText {

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
	 * The calls that led to a place, the innermost first.
	 * @param title what happened there
	 * @param place an exception made there
	 * @return a line with the title and one per call
	 */
	static String of(String title, Throwable place) {
		StringBuilder text = new StringBuilder(title);
		for (StackTraceElement frame : place.getStackTrace()) {
			text.append("\n  at ").append(frame);
		}
		return text.toString();
	}

}
