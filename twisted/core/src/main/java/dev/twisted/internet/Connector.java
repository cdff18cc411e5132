package dev.twisted.internet;

/**
 * A client's connection, made or in the making. Follows Twisted's {@code IConnector}.
 * Belongs to the reactor's thread.
 */
public interface Connector {

	/**
	 * Connect, or connect again.
	 * @throws IllegalStateException if connecting or connected already
	 */
	void connect();

	/**
	 * Give up: stop connecting, or lose the connection.
	 */
	void disconnect();

	/**
	 * Stop trying; the factory's {@code clientConnectionFailed} gets a
	 * {@link UserException}.
	 * @throws NotConnectingException if not connecting
	 */
	void stopConnecting();

	/**
	 * Where to.
	 * @return the host as it was given, and the port
	 */
	HostAndPort getDestination();

	/**
	 * A destination that has not been looked up.
	 *
	 * @param host a name or an address; for a Unix socket its path
	 * @param port the port; 0 for a Unix socket
	 */
	record HostAndPort(String host, int port) {

		@Override
		public String toString() {
			return (this.port == 0) ? this.host : this.host + ":" + this.port;
		}

	}

}
