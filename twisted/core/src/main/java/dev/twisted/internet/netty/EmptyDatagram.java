package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;

/**
 * Sends a datagram without content. Netty's channels count it as sent and drop it, so it
 * goes to the socket under them.
 */
final class EmptyDatagram {

	private EmptyDatagram() {
	}

	/**
	 * Send it now.
	 * @param channel the port
	 * @param address to whom
	 * @param connected whether the port is connected to that address
	 */
	static void send(Channel channel, InetSocketAddress address, boolean connected) throws IOException {
		if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
			ByteBuffer nothing = ByteBuffer.allocateDirect(1);
			if (connected) {
				socket.send(nothing, 0, 0);
			}
			else {
				socket.sendTo(nothing, 0, 0, address.getAddress(), address.getPort());
			}
			return;
		}
		// On a connected channel Java itself drops it.
		((DatagramChannel) ((AbstractNioChannel.NioUnsafe) channel.unsafe()).ch()).send(ByteBuffer.allocate(0),
				address);
	}

}
