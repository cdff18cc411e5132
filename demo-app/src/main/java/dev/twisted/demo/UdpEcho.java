package dev.twisted.demo;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.internet.DatagramProtocol;

/**
 * Answers each datagram with a few words and the very bytes it held.
 */
@ProtocolHandler("udp-echo")
class UdpEcho extends DatagramProtocol {

	private static final byte[] PREFIX = "服务端的".getBytes(StandardCharsets.UTF_8);

	private final Traffic traffic;

	UdpEcho(Traffic traffic) {
		this.traffic = traffic;
	}

	@Override
	protected void datagramReceived(byte[] data, InetSocketAddress address) {
		byte[] answer = Arrays.copyOf(PREFIX, PREFIX.length + data.length);
		System.arraycopy(data, 0, answer, PREFIX.length, data.length);
		transport().write(answer, address);
		this.traffic.served("udp-echo", data.length);
	}

}
