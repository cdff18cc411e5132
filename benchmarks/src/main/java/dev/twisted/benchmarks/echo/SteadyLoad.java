package dev.twisted.benchmarks.echo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Some connections, on each of which some messages are always on their way. They are sent
 * in one piece, and again once all of them are back.
 */
final class SteadyLoad implements Load {

	private static final long PATIENCE_MILLIS = 10_000;

	private final List<SocketChannel> channels = new ArrayList<>();

	private final Selector selector;

	private final ByteBuffer input;

	private final int inFlight;

	private long messages;

	SteadyLoad(int port, int connections, byte[] message, int inFlight) throws IOException {
		this.inFlight = inFlight;
		this.selector = Selector.open();
		byte[] batch = new byte[message.length * inFlight];
		for (int i = 0; i < batch.length; i += message.length) {
			System.arraycopy(message, 0, batch, i, message.length);
		}
		this.input = ByteBuffer.allocateDirect(batch.length);
		for (int i = 0; i < connections; i++) {
			open(port, batch);
		}
	}

	private void open(int port, byte[] batch) throws IOException {
		SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		this.channels.add(channel);
		channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		ByteBuffer sent = ByteBuffer.wrap(batch);
		while (sent.hasRemaining()) {
			channel.write(sent);
		}
		ByteBuffer received = ByteBuffer.allocate(batch.length);
		while (received.hasRemaining()) {
			if (channel.read(received) < 0) {
				throw new IOException("The server has closed a connection");
			}
		}
		if (!received.flip().equals(sent.flip())) {
			throw new IOException("The server has not sent back what it was sent");
		}
		channel.configureBlocking(false);
		Exchange exchange = new Exchange(channel, ByteBuffer.allocateDirect(batch.length).put(batch).flip());
		channel.register(this.selector, SelectionKey.OP_READ, exchange);
		channel.write(exchange.output);
		exchange.finishWriting();
	}

	@Override
	public long run(Duration duration) throws IOException {
		this.messages = 0;
		long end = System.nanoTime() + duration.toNanos();
		while (System.nanoTime() < end) {
			if (this.selector.select(this::proceed, PATIENCE_MILLIS) == 0) {
				throw new IOException("The server has not answered for %d ms".formatted(PATIENCE_MILLIS));
			}
		}
		return this.messages;
	}

	private void proceed(SelectionKey key) {
		try {
			((Exchange) Objects.requireNonNull(key.attachment())).proceed();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		for (SocketChannel channel : this.channels) {
			channel.close();
		}
		this.selector.close();
	}

	/**
	 * What goes on on one connection.
	 */
	private final class Exchange {

		private final SocketChannel channel;

		private final ByteBuffer output;

		private int received;

		private Exchange(SocketChannel channel, ByteBuffer output) {
			this.channel = channel;
			this.output = output;
		}

		private void proceed() throws IOException {
			if (this.output.hasRemaining()) {
				this.channel.write(this.output);
				finishWriting();
			}
			SteadyLoad.this.input.clear();
			int read = this.channel.read(SteadyLoad.this.input);
			if (read < 0) {
				throw new IOException("The server has closed a connection");
			}
			this.received += read;
			if (this.received == this.output.capacity()) {
				SteadyLoad.this.messages += SteadyLoad.this.inFlight;
				this.received = 0;
				this.output.clear();
				this.channel.write(this.output);
				finishWriting();
			}
		}

		private void finishWriting() {
			int wanted = SelectionKey.OP_READ | (this.output.hasRemaining() ? SelectionKey.OP_WRITE : 0);
			SelectionKey key = Objects.requireNonNull(this.channel.keyFor(SteadyLoad.this.selector));
			if (key.interestOps() != wanted) {
				key.interestOps(wanted);
			}
		}

	}

}
