package dev.twisted.benchmarks.echo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;

/**
 * Some connections at a time, each of which sends one message, waits for it to come back,
 * and makes room for the next.
 */
final class ConnectLoad implements Load {

	private static final long PATIENCE_MILLIS = 10_000;

	/** Connecting from many addresses, it never runs out of ports. */
	private static final int ADDRESSES = 64;

	private final Selector selector;

	private final InetSocketAddress server;

	private final ByteBuffer output;

	private final ByteBuffer input;

	private final int connections;

	private final int messageSize;

	private int lastAddress;

	private int open;

	private long messages;

	ConnectLoad(int port, int connections, int messageSize) throws IOException {
		this.selector = Selector.open();
		this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		this.output = ByteBuffer.allocateDirect(messageSize);
		this.input = ByteBuffer.allocateDirect(messageSize);
		this.connections = connections;
		this.messageSize = messageSize;
	}

	@Override
	public long run(Duration duration) throws IOException {
		this.messages = 0;
		long end = System.nanoTime() + duration.toNanos();
		boolean more = true;
		while (more || this.open > 0) {
			while (more && this.open < this.connections) {
				connect();
			}
			if (this.selector.select(this::proceed, PATIENCE_MILLIS) == 0) {
				throw new IOException("The server has not answered for %d ms".formatted(PATIENCE_MILLIS));
			}
			more = System.nanoTime() < end;
		}
		return this.messages;
	}

	private void connect() throws IOException {
		this.lastAddress = this.lastAddress % ADDRESSES + 1;
		SocketChannel channel = SocketChannel.open();
		channel.configureBlocking(false);
		channel.bind(
				new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 1, (byte) this.lastAddress }), 0));
		int interest = channel.connect(this.server) ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
		channel.register(this.selector, interest, new Progress());
		this.open++;
	}

	private void proceed(SelectionKey key) {
		try {
			SocketChannel channel = (SocketChannel) key.channel();
			if (key.isReadable()) {
				read(channel, (Progress) Objects.requireNonNull(key.attachment()));
			}
			else {
				if (!channel.finishConnect()) {
					return;
				}
				this.output.clear();
				channel.write(this.output);
				key.interestOps(SelectionKey.OP_READ);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(SocketChannel channel, Progress progress) throws IOException {
		this.input.clear();
		int read = channel.read(this.input);
		if (read < 0) {
			throw new IOException("The server has closed a connection");
		}
		progress.received += read;
		if (progress.received == this.messageSize) {
			channel.close();
			this.open--;
			this.messages++;
		}
	}

	@Override
	public void close() throws IOException {
		for (SelectionKey key : this.selector.keys()) {
			key.channel().close();
		}
		this.selector.close();
	}

	/**
	 * How far one connection has come.
	 */
	private static final class Progress {

		private int received;

	}

}
