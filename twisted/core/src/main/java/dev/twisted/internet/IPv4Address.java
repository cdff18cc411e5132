package dev.twisted.internet;

/**
 * An IPv4 host and port.
 *
 * @param type {@code TCP} or {@code UDP}
 * @param host the numeric address, such as {@code 127.0.0.1}
 * @param port the port
 */
public record IPv4Address(String type, String host, int port) implements Address {

	@Override
	public String toString() {
		return this.host + ":" + this.port;
	}

}
