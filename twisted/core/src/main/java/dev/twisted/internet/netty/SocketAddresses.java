package dev.twisted.internet.netty;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

import dev.twisted.internet.Address;
import dev.twisted.internet.UNIXAddress;
import io.netty.channel.unix.DomainSocketAddress;

/**
 * What the addresses of channels are called outside.
 */
final class SocketAddresses {

	private SocketAddresses() {
	}

	static Address address(SocketAddress address) {
		if (address instanceof InetSocketAddress internet) {
			return Address.of("TCP", internet);
		}
		if (address instanceof UnixDomainSocketAddress unix) {
			return unix(unix.getPath().toString());
		}
		if (address instanceof DomainSocketAddress unix) {
			return unix(unix.path());
		}
		throw new IllegalArgumentException("'%s' is an address of an unknown kind".formatted(address));
	}

	private static UNIXAddress unix(String path) {
		// The kernel ends paths with a null character, and calls ends without one empty.
		String name = path.replace("\0", "");
		return new UNIXAddress(name.isEmpty() ? null : name);
	}

}
