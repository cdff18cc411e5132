package dev.twisted.defer;

/**
 * Writes down where something happened.
 */
final class StackText {

	private StackText() {
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
