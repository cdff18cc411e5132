package dev.twisted.protocols.haproxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

import dev.twisted.internet.Address;
import dev.twisted.internet.Preamble.Introduction;
import dev.twisted.internet.UNIXAddress;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Version 2: sixteen bytes, addresses, and what else the sender would like to say, which
 * is not looked at.
 */
final class HeaderV2 {

	private static final int FIXED_LENGTH = 16;

	/** Addresses take 216 at most; the rest is room for what else is said. */
	private static final int MAX_LENGTH = 4096;

	private static final int UNIX_PATH_LENGTH = 108;

	private HeaderV2() {
	}

	static @Nullable Introduction read(ByteBuf data) throws InvalidProxyHeaderException {
		if (data.readableBytes() < FIXED_LENGTH) {
			return null;
		}
		int start = data.readerIndex();
		int length = data.getUnsignedShort(start + 14);
		if (length > MAX_LENGTH) {
			throw new InvalidProxyHeaderException(
					"The header is %d bytes long, more than %d".formatted(length, MAX_LENGTH));
		}
		int versionAndCommand = data.getUnsignedByte(start + 12);
		if (versionAndCommand != 0x20 && versionAndCommand != 0x21) {
			throw new InvalidProxyHeaderException(
					"The header has the version and command 0x%02x".formatted(versionAndCommand));
		}
		int familyAndProtocol = data.getUnsignedByte(start + 13);
		if (data.readableBytes() < FIXED_LENGTH + length) {
			return null;
		}
		data.skipBytes(FIXED_LENGTH);
		ByteBuf addresses = data.readSlice(length);
		boolean local = (versionAndCommand == 0x20);
		return local ? new Introduction(null, null) : parse(familyAndProtocol, addresses);
	}

	private static Introduction parse(int familyAndProtocol, ByteBuf data) throws InvalidProxyHeaderException {
		int family = familyAndProtocol >> 4;
		int protocol = familyAndProtocol & 0x0F;
		if (family > 3 || protocol > 2) {
			throw new InvalidNetworkProtocolException(
					"The header has the address family and protocol 0x%02x".formatted(familyAndProtocol));
		}
		if (family == 0 || protocol == 0) {
			return new Introduction(null, null);
		}
		String type = (protocol == 1) ? "TCP" : "UDP";
		return switch (family) {
			case 1 -> internet(type, data, 4);
			case 2 -> internet(type, data, 16);
			default -> unix(data);
		};
	}

	private static Introduction internet(String type, ByteBuf data, int addressLength)
			throws MissingAddressDataException {
		check(data, 2 * (addressLength + 2));
		InetAddress source = address(data, addressLength);
		InetAddress destination = address(data, addressLength);
		int sourcePort = data.readUnsignedShort();
		int destinationPort = data.readUnsignedShort();
		return new Introduction(Address.of(type, new InetSocketAddress(source, sourcePort)),
				Address.of(type, new InetSocketAddress(destination, destinationPort)));
	}

	private static Introduction unix(ByteBuf data) throws MissingAddressDataException {
		check(data, 2 * UNIX_PATH_LENGTH);
		return new Introduction(path(data), path(data));
	}

	private static void check(ByteBuf data, int needed) throws MissingAddressDataException {
		if (data.readableBytes() < needed) {
			throw new MissingAddressDataException(
					"The header has %d bytes of addresses instead of %d".formatted(data.readableBytes(), needed));
		}
	}

	private static InetAddress address(ByteBuf data, int length) {
		byte[] bytes = new byte[length];
		data.readBytes(bytes);
		try {
			return InetAddress.getByAddress(bytes);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static UNIXAddress path(ByteBuf data) {
		ByteBuf path = data.readSlice(UNIX_PATH_LENGTH);
		int end = path.bytesBefore((byte) 0);
		String name = path.toString(path.readerIndex(), (end < 0) ? UNIX_PATH_LENGTH : end, StandardCharsets.UTF_8);
		return new UNIXAddress(name.isEmpty() ? null : name);
	}

}
