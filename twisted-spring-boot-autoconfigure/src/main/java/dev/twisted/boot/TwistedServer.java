package dev.twisted.boot;

import dev.twisted.internet.Address;
import dev.twisted.internet.ListeningPort;

/**
 * A configured server that listens, for one transport. May be used from any thread.
 *
 * @param name the server's key under {@code twisted.servers}
 * @param port its open port
 */
public record TwistedServer(String name, ListeningPort port) {

	/**
	 * Where the server listens.
	 * @return the local address with the port it really has; its type says whether it is
	 * TCP, UDP or a Unix socket
	 */
	public Address address() {
		return this.port.getHost();
	}

}
