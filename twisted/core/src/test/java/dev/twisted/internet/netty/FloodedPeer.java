package dev.twisted.internet.netty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Writes to a connection, never reading from it, for as long as the other side takes it.
 */
final class FloodedPeer {

	/** On the loopback, who takes nothing for so long has stopped. */
	private static final long PATIENCE_MILLIS = 500;

	private FloodedPeer() {
	}

	/**
	 * Write until the other side has stopped.
	 * @param channel a channel that does not block
	 * @param most how much to write at most
	 * @return how much the operating system took
	 */
	static long flood(SocketChannel channel, long most) throws IOException {
		ByteBuffer chunk = ByteBuffer.allocateDirect(64 * 1024);
		long sent = 0;
		try (Selector selector = Selector.open()) {
			channel.register(selector, SelectionKey.OP_WRITE);
			while (sent < most && selector.select(PATIENCE_MILLIS) > 0) {
				selector.selectedKeys().clear();
				chunk.clear().limit((int) Math.min(chunk.capacity(), most - sent));
				sent += channel.write(chunk);
			}
		}
		return sent;
	}

}
