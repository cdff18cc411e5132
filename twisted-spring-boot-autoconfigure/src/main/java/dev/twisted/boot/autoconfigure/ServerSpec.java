package dev.twisted.boot.autoconfigure;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A server that is to be opened: what it was told, and who handles it. At least one
 * handler is there.
 *
 * @param name the key under {@code twisted.servers}
 * @param port where to listen; 0 for any free port, and with a path
 * @param properties what else was told
 * @param tcp who handles connections, {@code null} for nobody
 * @param udp who handles datagrams, {@code null} for nobody
 */
record ServerSpec(String name, int port, TwistedProperties.Server properties, @Nullable Handler tcp,
		@Nullable Handler udp) {

	InetSocketAddress address(int port) {
		InetAddress host = this.properties.address();
		return (host != null) ? new InetSocketAddress(host, port) : new InetSocketAddress(port);
	}

	/** Where to listen instead of a port, {@code null} for a port. */
	@Nullable Path path() {
		return this.properties.path();
	}

	String key(String property) {
		return "twisted.servers.%s.%s".formatted(this.name, property);
	}

	boolean clashesWith(ServerSpec other) {
		if (path() != null || other.path() != null) {
			return path() != null && path().equals(other.path());
		}
		boolean sameTransport = (this.tcp != null && other.tcp != null) || (this.udp != null && other.udp != null);
		return sameTransport && this.port != 0 && this.port == other.port && sharesAddressWith(other);
	}

	private boolean sharesAddressWith(ServerSpec other) {
		InetAddress ours = this.properties.address();
		InetAddress theirs = other.properties.address();
		return ours == null || theirs == null || ours.isAnyLocalAddress() || theirs.isAnyLocalAddress()
				|| ours.equals(theirs);
	}

}
