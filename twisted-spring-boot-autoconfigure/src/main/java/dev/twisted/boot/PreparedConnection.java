package dev.twisted.boot;

import dev.twisted.defer.Deferred;

/**
 * For the {@link dev.twisted.internet.Protocol} of a client that has something to do on
 * each new connection before anybody else may use it, such as to log in.
 */
@FunctionalInterface
public interface PreparedConnection {

	/**
	 * Prepare the connection. Called on the reactor's thread, after
	 * {@code connectionMade}.
	 * @return fires when the connection is ready. If it fails, the connection is closed,
	 * and made again after a while
	 * @throws Exception to reject the connection in the same way
	 */
	Deferred<?> prepareConnection() throws Exception;

}
