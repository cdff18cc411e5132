package dev.twisted.internet;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * One end of a connection. Follows Twisted's {@code IAddress}.
 */
public sealed interface Address permits IPv4Address, IPv6Address, UNIXAddress {

	/**
	 * What is spoken there.
	 * @return {@code TCP}, {@code UDP} or {@code UNIX}
	 */
	String type();

	/**
	 * The host.
	 * @return a numeric address; for a Unix socket its path
	 */
	String host();

	/**
	 * The port.
	 * @return a number from 0 to 65535; 0 for a Unix socket
	 */
	int port();

	/**
	 * Make an address from Java's.
	 * @param type {@code TCP} or {@code UDP}
	 * @param address a resolved address
	 * @return the address
	 */
	static Address of(String type, InetSocketAddress address) {
		InetAddress host = address.getAddress();
		if (host == null) {
			throw new IllegalArgumentException("'%s' has not been resolved".formatted(address));
		}
		return (host instanceof Inet6Address) ? new IPv6Address(type, host.getHostAddress(), address.getPort())
				: new IPv4Address(type, host.getHostAddress(), address.getPort());
	}

}
