package dev.twisted.endpoints;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;

/**
 * A place to listen at. Follows Twisted's {@code IStreamServerEndpoint}.
 */
@FunctionalInterface
public interface StreamServerEndpoint {

	/**
	 * Listen. Belongs to the reactor's thread, or to any one thread before the reactor
	 * runs. Nothing is thrown: whatever goes wrong is the failure of the Deferred.
	 * @param factory makes a protocol for each connection
	 * @return fires with the open port, or fails with a
	 * {@link dev.twisted.internet.CannotListenException}
	 */
	Deferred<ListeningPort> listen(Factory factory);

}
