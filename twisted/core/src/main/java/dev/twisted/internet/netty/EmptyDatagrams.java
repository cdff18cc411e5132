package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams without bytes. Netty's channels take them and send nothing, so they go
 * past Netty, to the socket itself.
 */
final class EmptyDatagrams {

	private static final AttributeKey<DatagramChannel> JAVA_CHANNEL = AttributeKey.valueOf(EmptyDatagrams.class,
			"javaChannel");

	private EmptyDatagrams() {
	}

	/** A channel of Java's that can send them. */
	static NioDatagramChannel nio(@Nullable SocketProtocolFamily family) {
		try {
			return nio((family != null) ? DatagramChannel.open(StandardProtocolFamily.valueOf(family.name()))
					: DatagramChannel.open());
		}
		catch (IOException ex) {
			throw new ChannelException("Failed to open a socket.", ex);
		}
	}

	/** The same, for a channel that is open already. */
	static NioDatagramChannel nio(DatagramChannel javaChannel) {
		NioDatagramChannel channel = new NioDatagramChannel(javaChannel);
		channel.attr(JAVA_CHANNEL).set(javaChannel);
		return channel;
	}

	/**
	 * Send one, behind what was written before; on the channel's loop.
	 * @param address to whom, {@code null} on a connected channel
	 */
	static void send(io.netty.channel.socket.DatagramChannel channel, @Nullable InetSocketAddress address)
			throws IOException {
		channel.flush();
		if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
			send(socket, address);
		}
		else {
			send(channel.attr(JAVA_CHANNEL).get(), address);
		}
	}

	private static void send(Socket socket, @Nullable InetSocketAddress address) throws IOException {
		ByteBuffer nothing = ByteBuffer.allocateDirect(0);
		if (address != null) {
			socket.sendTo(nothing, 0, 0, address.getAddress(), address.getPort());
		}
		else {
			socket.send(nothing, 0, 0);
		}
	}

	private static void send(DatagramChannel javaChannel, @Nullable InetSocketAddress address) throws IOException {
		if (address == null || javaChannel.isConnected()) {
			throw new IOException("Java's own channels send no empty datagrams once they are connected");
		}
		javaChannel.send(ByteBuffer.allocate(0), address);
	}

}
