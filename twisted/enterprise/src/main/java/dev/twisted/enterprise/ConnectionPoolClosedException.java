package dev.twisted.enterprise;

/**
 * A {@link ConnectionPool} has been closed, and so does nothing more.
 */
public class ConnectionPoolClosedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 */
	public ConnectionPoolClosedException() {
		super("The connection pool is closed");
	}

}
