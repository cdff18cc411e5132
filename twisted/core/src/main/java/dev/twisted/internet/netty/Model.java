package dev.twisted.internet.netty;

import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The channels and the handler of one way of waiting for the operating system. The
 * classes of each native transport are touched by its own subclass only, since they need
 * not be there.
 */
abstract class Model {

	static final Model NIO = new Nio();

	private final String label;

	Model(String label) {
		this.label = label;
	}

	/** The name that users know it by. */
	final String label() {
		return this.label;
	}

	/** Why it cannot be used here, or {@code null} if it can. */
	abstract @Nullable Throwable unavailabilityCause();

	abstract IoHandlerFactory ioHandler();

	abstract ServerSocketChannel serverSocket();

	abstract SocketChannel socket();

	/** A datagram channel; {@code null} for whatever family the system prefers. */
	abstract DatagramChannel datagram(@Nullable SocketProtocolFamily family);

	abstract ServerChannel serverUnixSocket();

	abstract DuplexChannel unixSocket();

	/** The address of a Unix socket as the channels want it. */
	SocketAddress unixAddress(Path path) {
		return new DomainSocketAddress(path.toString());
	}

	/** Allow others at the address of a port. */
	final void reusePort(ServerChannel channel) {
		if (!channel.config().setOption(reusePortOption(), true)) {
			throw new IllegalStateException("The event loop model '%s' cannot reuse ports here".formatted(this.label));
		}
	}

	ChannelOption<Boolean> reusePortOption() {
		return UnixChannelOption.SO_REUSEPORT;
	}

	static Model epoll() {
		return new EpollModel();
	}

	static Model kqueue() {
		return new KQueueModel();
	}

	static Model ioUring() {
		return new IoUringModel();
	}

	private static final class Nio extends Model {

		Nio() {
			super("nio");
		}

		@Override
		@Nullable Throwable unavailabilityCause() {
			return null;
		}

		@Override
		IoHandlerFactory ioHandler() {
			return NioIoHandler.newFactory();
		}

		@Override
		ServerSocketChannel serverSocket() {
			return new NioServerSocketChannel();
		}

		@Override
		SocketChannel socket() {
			return new NioSocketChannel();
		}

		@Override
		DatagramChannel datagram(@Nullable SocketProtocolFamily family) {
			return (family != null) ? new NioDatagramChannel(family) : new NioDatagramChannel();
		}

		@Override
		ServerChannel serverUnixSocket() {
			return new NioServerDomainSocketChannel();
		}

		@Override
		DuplexChannel unixSocket() {
			return new NioDomainSocketChannel();
		}

		@Override
		SocketAddress unixAddress(Path path) {
			return UnixDomainSocketAddress.of(path);
		}

		@Override
		ChannelOption<Boolean> reusePortOption() {
			return NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
		}

	}

	private static final class EpollModel extends Model {

		EpollModel() {
			super("epoll");
		}

		@Override
		@Nullable Throwable unavailabilityCause() {
			return Epoll.unavailabilityCause();
		}

		@Override
		IoHandlerFactory ioHandler() {
			return EpollIoHandler.newFactory();
		}

		@Override
		ServerSocketChannel serverSocket() {
			return new EpollServerSocketChannel();
		}

		@Override
		SocketChannel socket() {
			return new EpollSocketChannel();
		}

		@Override
		DatagramChannel datagram(@Nullable SocketProtocolFamily family) {
			return (family != null) ? new EpollDatagramChannel(family) : new EpollDatagramChannel();
		}

		@Override
		ServerChannel serverUnixSocket() {
			return new EpollServerDomainSocketChannel();
		}

		@Override
		DuplexChannel unixSocket() {
			return new EpollDomainSocketChannel();
		}

	}

	private static final class KQueueModel extends Model {

		KQueueModel() {
			super("kqueue");
		}

		@Override
		@Nullable Throwable unavailabilityCause() {
			return KQueue.unavailabilityCause();
		}

		@Override
		IoHandlerFactory ioHandler() {
			return KQueueIoHandler.newFactory();
		}

		@Override
		ServerSocketChannel serverSocket() {
			return new KQueueServerSocketChannel();
		}

		@Override
		SocketChannel socket() {
			return new KQueueSocketChannel();
		}

		@Override
		DatagramChannel datagram(@Nullable SocketProtocolFamily family) {
			return (family != null) ? new KQueueDatagramChannel(family) : new KQueueDatagramChannel();
		}

		@Override
		ServerChannel serverUnixSocket() {
			return new KQueueServerDomainSocketChannel();
		}

		@Override
		DuplexChannel unixSocket() {
			return new KQueueDomainSocketChannel();
		}

	}

	private static final class IoUringModel extends Model {

		IoUringModel() {
			super("io_uring");
		}

		@Override
		@Nullable Throwable unavailabilityCause() {
			return IoUring.unavailabilityCause();
		}

		@Override
		IoHandlerFactory ioHandler() {
			// A body that has the loop's turn does the same from a thread of its own.
			return IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setSingleIssuer(false));
		}

		@Override
		ServerSocketChannel serverSocket() {
			return new IoUringServerSocketChannel();
		}

		@Override
		SocketChannel socket() {
			return new IoUringSocketChannel();
		}

		@Override
		DatagramChannel datagram(@Nullable SocketProtocolFamily family) {
			return (family != null) ? new IoUringDatagramChannel(family) : new IoUringDatagramChannel();
		}

		@Override
		ServerChannel serverUnixSocket() {
			return new IoUringServerDomainSocketChannel();
		}

		@Override
		DuplexChannel unixSocket() {
			return new IoUringDomainSocketChannel();
		}

	}

}
