package dev.twisted.protocols.haproxy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import dev.twisted.internet.Address;
import dev.twisted.internet.Preamble.Introduction;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Version 1: one line of text.
 */
final class HeaderV1 {

	/** With the end of the line. */
	private static final int MAX_LENGTH = 107;

	private HeaderV1() {
	}

	static @Nullable Introduction read(ByteBuf data) throws InvalidProxyHeaderException {
		int start = data.readerIndex();
		int length = data.bytesBefore(Math.min(data.readableBytes(), MAX_LENGTH), (byte) '\n');
		if (length < 0) {
			if (data.readableBytes() >= MAX_LENGTH) {
				throw new InvalidProxyHeaderException("The header is longer than %d bytes".formatted(MAX_LENGTH));
			}
			return null;
		}
		if (data.getByte(start + length - 1) != '\r') {
			throw new InvalidProxyHeaderException("The header does not end in a carriage return and a line feed");
		}
		String line = data.toString(start, length - 1, StandardCharsets.ISO_8859_1);
		data.skipBytes(length + 1);
		return parse(line.split(" ", -1));
	}

	private static Introduction parse(String[] words) throws InvalidProxyHeaderException {
		return switch (words[1]) {
			case "UNKNOWN" -> new Introduction(null, null);
			case "TCP4" -> addresses(true, words);
			case "TCP6" -> addresses(false, words);
			default -> throw new InvalidNetworkProtocolException("The header names no network protocol that there is");
		};
	}

	private static Introduction addresses(boolean four, String[] words) throws MissingAddressDataException {
		if (words.length != 6) {
			throw new MissingAddressDataException(
					"The header has %d addresses and ports instead of four".formatted(words.length - 2));
		}
		return new Introduction(address(four, words[2], words[4]), address(four, words[3], words[5]));
	}

	private static Address address(boolean four, String host, String port) throws MissingAddressDataException {
		// Never looks anything up.
		InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
		if (address == null || (four && !(address instanceof Inet4Address)) || (!four && host.indexOf(':') < 0)) {
			throw new MissingAddressDataException("The header has something else in the place of an address");
		}
		return Address.of("TCP", new InetSocketAddress(address, port(port)));
	}

	private static int port(String port) throws MissingAddressDataException {
		if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch((c) -> c >= '0' && c <= '9')
				|| Integer.parseInt(port) > 65535) {
			throw new MissingAddressDataException("The header has something else in the place of a port");
		}
		return Integer.parseInt(port);
	}

}
