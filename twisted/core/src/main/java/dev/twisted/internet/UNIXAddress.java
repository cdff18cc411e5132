package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * One end of a connection through a Unix socket. Follows Twisted's {@code UNIXAddress}.
 *
 * @param name the path of the socket, {@code null} for an end without one, as clients
 * have
 */
public record UNIXAddress(@Nullable String name) implements Address {

	@Override
	public String type() {
		return "UNIX";
	}

	/**
	 * The path, in the place of a host.
	 * @return the path, empty for an end without one
	 */
	@Override
	public String host() {
		return (this.name != null) ? this.name : "";
	}

	/**
	 * Unix sockets have no port.
	 * @return 0
	 */
	@Override
	public int port() {
		return 0;
	}

	@Override
	public String toString() {
		return "unix:" + host();
	}

}
