package dev.twisted.boot;

import dev.twisted.internet.Factory;

/**
 * The handlers of connections in an application context, for those who bring connections
 * that are no server's of {@code twisted.servers}, such as WebSockets.
 */
public interface TwistedHandlers {

	/**
	 * What makes the protocols of a server.
	 * @param server the name of the server, as {@link ProtocolHandler} has it
	 * @return the factory
	 * @throws IllegalArgumentException if no bean handles connections of that name
	 */
	Factory factory(String server);

}
