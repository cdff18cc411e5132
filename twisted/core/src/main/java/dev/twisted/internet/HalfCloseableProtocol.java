package dev.twisted.internet;

/**
 * For a {@link Protocol} that goes on when one direction of its connection is closed.
 * Follows Twisted's {@code IHalfCloseableProtocol}.
 */
public interface HalfCloseableProtocol {

	/**
	 * The peer sends no more; writing still works.
	 */
	void readConnectionLost();

	/**
	 * Our direction is closed; reading still works.
	 */
	void writeConnectionLost();

}
