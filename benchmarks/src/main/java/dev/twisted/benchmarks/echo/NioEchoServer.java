package dev.twisted.benchmarks.echo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

import org.jspecify.annotations.Nullable;

/**
 * The floor: nothing but a selector and one buffer.
 */
final class NioEchoServer implements EchoServer {

	private static final int BUFFER_SIZE = 64 * 1024;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);

	@Override
	public int start() throws IOException {
		Selector selector = Selector.open();
		ServerSocketChannel server = ServerSocketChannel.open();
		server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
		server.configureBlocking(false);
		server.register(selector, SelectionKey.OP_ACCEPT);
		Thread loop = new Thread(() -> run(selector), "nio-echo");
		loop.setDaemon(true);
		loop.start();
		return server.socket().getLocalPort();
	}

	private void run(Selector selector) {
		try {
			while (true) {
				selector.select((key) -> handle(selector, key));
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("The selector has failed", ex);
		}
	}

	private void handle(Selector selector, SelectionKey key) {
		try {
			if (key.isAcceptable()) {
				accept(selector, (ServerSocketChannel) key.channel());
			}
			else if (key.isWritable()) {
				writeRest(key);
			}
			else {
				echo(key);
			}
		}
		catch (IOException ex) {
			close(key);
		}
	}

	private void accept(Selector selector, ServerSocketChannel server) throws IOException {
		SocketChannel channel = server.accept();
		while (channel != null) {
			channel.configureBlocking(false);
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			channel.register(selector, SelectionKey.OP_READ);
			channel = server.accept();
		}
	}

	private void echo(SelectionKey key) throws IOException {
		SocketChannel channel = (SocketChannel) key.channel();
		this.buffer.clear();
		if (channel.read(this.buffer) < 0) {
			close(key);
			return;
		}
		this.buffer.flip();
		channel.write(this.buffer);
		if (this.buffer.hasRemaining()) {
			key.attach(ByteBuffer.allocate(this.buffer.remaining()).put(this.buffer).flip());
			key.interestOps(SelectionKey.OP_WRITE);
		}
	}

	private static void writeRest(SelectionKey key) throws IOException {
		@Nullable ByteBuffer rest = (ByteBuffer) key.attachment();
		if (rest != null) {
			((SocketChannel) key.channel()).write(rest);
		}
		if (rest == null || !rest.hasRemaining()) {
			key.attach(null);
			key.interestOps(SelectionKey.OP_READ);
		}
	}

	private static void close(SelectionKey key) {
		key.cancel();
		try {
			key.channel().close();
		}
		catch (IOException ex) {
			// The peer is gone, which is all that closing was for.
		}
	}

}
