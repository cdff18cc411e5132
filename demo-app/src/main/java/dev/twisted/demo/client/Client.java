package dev.twisted.demo.client;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;

/**
 * A client of one of the demo's servers.
 */
interface Client {

	/**
	 * What to call it on the command line.
	 * @return the name
	 */
	String name();

	/**
	 * Whose port it talks to unless told otherwise.
	 * @return the server's key under {@code twisted.servers}
	 */
	String server();

	/**
	 * Get ready to ask. Called on the reactor's thread.
	 * @param reactor the reactor
	 * @param host a name or an address
	 * @param port the port
	 * @return fires when questions can be asked, fails if that will not be
	 */
	Deferred<Conversation> open(Reactor reactor, String host, int port);

}
