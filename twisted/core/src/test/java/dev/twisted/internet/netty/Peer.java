package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import dev.twisted.internet.ListeningPort;

/**
 * A client that waits for its answers.
 */
final class Peer implements AutoCloseable {

	private final Socket socket;

	Peer(ListeningPort port) throws IOException {
		this.socket = new Socket(InetAddress.getByName("127.0.0.1"), port.getHost().port());
		this.socket.setSoTimeout(30_000);
	}

	void send(String text) throws IOException {
		this.socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
	}

	/** What comes in one piece. */
	String receive() throws IOException {
		byte[] buffer = new byte[1024];
		int length = this.socket.getInputStream().read(buffer);
		return (length < 0) ? "" : new String(buffer, 0, length, StandardCharsets.UTF_8);
	}

	String ask(String question) throws IOException {
		send(question);
		return receive();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
