package dev.twisted.endpoints;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;

/**
 * A place to connect to. Follows Twisted's {@code IStreamClientEndpoint}.
 */
@FunctionalInterface
public interface StreamClientEndpoint {

	/**
	 * Connect once. Belongs to the reactor's thread, or to any one thread before the
	 * reactor runs. Nothing is thrown: whatever goes wrong, at any moment until the
	 * connection can be used, is the failure of the Deferred.
	 * <p>
	 * The factory hears nothing of how connecting went, not even if it is a
	 * {@link dev.twisted.internet.ClientFactory}; {@link Endpoints#connectFactory} is for
	 * one.
	 * @param factory makes the protocol
	 * @return fires with the protocol once its {@code connectionMade} has been called
	 * and, where the endpoint speaks TLS, the handshake has succeeded. Cancelling it
	 * gives up whatever is going on: looking up the name, connecting or the handshake; it
	 * then fails with a {@link dev.twisted.internet.ConnectingCancelledException}. May be
	 * cancelled from any thread
	 */
	Deferred<Protocol> connect(Factory factory);

}
