package dev.twisted.defer;

/**
 * Ends a body that goes on waiting although its event loop has told it that it ends. An
 * error, since such bodies catch exceptions and try again.
 */
final class BodyEnd extends Error {

	private static final long serialVersionUID = 1L;

	BodyEnd() {
		super("The reactor has stopped, and with it the body", null, false, false);
	}

}
