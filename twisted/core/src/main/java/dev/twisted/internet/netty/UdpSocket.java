package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollChannelConfig;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import org.jspecify.annotations.Nullable;

/**
 * The socket under a datagram channel, for what Netty's channels do not do: they take
 * datagrams without bytes and send nothing, on Linux the time to live they set is not the
 * one of multicast datagrams, and on Java's channels their switch for the loopback of
 * those turns the other way round.
 */
final class UdpSocket {

	/** Linux: level {@code IPPROTO_IP}, option {@code IP_MULTICAST_TTL}. */
	private static final IntegerUnixChannelOption TTL = new IntegerUnixChannelOption("twisted.IP_MULTICAST_TTL", 0, 33);

	/** Linux: level {@code IPPROTO_IPV6}, option {@code IPV6_MULTICAST_HOPS}. */
	private static final IntegerUnixChannelOption HOPS = new IntegerUnixChannelOption("twisted.IPV6_MULTICAST_HOPS", 41,
			18);

	private UdpSocket() {
	}

	/**
	 * Send a datagram without bytes, behind what was written before; on the channel's
	 * loop.
	 * @param address to whom, {@code null} on a connected channel
	 */
	static void sendEmpty(DatagramChannel channel, @Nullable InetSocketAddress address) throws IOException {
		channel.flush();
		java.nio.channels.@Nullable DatagramChannel javaChannel = javaChannel(channel);
		if (javaChannel != null) {
			sendEmpty(javaChannel, address);
		}
		else if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
			sendEmpty(socket, address);
		}
	}

	private static void sendEmpty(Socket socket, @Nullable InetSocketAddress address) throws IOException {
		ByteBuffer nothing = ByteBuffer.allocateDirect(0);
		if (address != null) {
			socket.sendTo(nothing, 0, 0, address.getAddress(), address.getPort());
		}
		else {
			socket.send(nothing, 0, 0);
		}
	}

	private static void sendEmpty(java.nio.channels.DatagramChannel javaChannel, @Nullable InetSocketAddress address)
			throws IOException {
		if (address == null || javaChannel.isConnected()) {
			throw new IOException("Java's own channels send no empty datagrams once they are connected");
		}
		javaChannel.send(ByteBuffer.allocate(0), address);
	}

	/** How many routers multicast datagrams may pass. */
	static void setMulticastTimeToLive(DatagramChannel channel, int ttl) {
		if (channel.config() instanceof EpollChannelConfig config) {
			InetSocketAddress local = channel.localAddress();
			config.setOption((local != null && local.getAddress() instanceof Inet6Address) ? HOPS : TTL, ttl);
		}
		else {
			channel.config().setTimeToLive(ttl);
		}
	}

	/** Whether this machine gets its own multicast datagrams. */
	static void setMulticastLoopback(DatagramChannel channel, boolean enabled) {
		java.nio.channels.@Nullable DatagramChannel javaChannel = javaChannel(channel);
		if (javaChannel == null) {
			channel.config().setLoopbackModeDisabled(!enabled);
			return;
		}
		try {
			javaChannel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, enabled);
		}
		catch (IOException ex) {
			throw new ChannelException(ex);
		}
	}

	/** Java's channel under one of Netty's, {@code null} if it has another socket. */
	private static java.nio.channels.@Nullable DatagramChannel javaChannel(DatagramChannel channel) {
		return (channel.unsafe() instanceof AbstractNioChannel.NioUnsafe unsafe
				&& unsafe.ch() instanceof java.nio.channels.DatagramChannel javaChannel) ? javaChannel : null;
	}

}
