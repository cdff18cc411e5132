package dev.twisted.enterprise;

/**
 * Tells, as a suppressed exception, with which statement another exception has to do. It
 * has no values, which may be secrets, and no stack.
 */
final class StatementText extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private StatementText(Query query) {
		super("The statement was: " + query, null, false, false);
	}

	/** The first one stays: exceptions may be thrown more than once. */
	static void addTo(Throwable ex, Query query) {
		for (Throwable suppressed : ex.getSuppressed()) {
			if (suppressed instanceof StatementText) {
				return;
			}
		}
		ex.addSuppressed(new StatementText(query));
	}

}
