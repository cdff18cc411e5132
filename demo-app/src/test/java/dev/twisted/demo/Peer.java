package dev.twisted.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody who talks to a server in bytes.
 */
final class Peer implements AutoCloseable {

	private static final int TIMEOUT = 30_000;

	private final Socket socket = new Socket();

	Peer(int port) throws IOException {
		this.socket.setSoTimeout(TIMEOUT);
		this.socket.setTcpNoDelay(true);
		this.socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT);
	}

	Peer send(byte[] data) throws IOException {
		this.socket.getOutputStream().write(data);
		return this;
	}

	Peer send(String text) throws IOException {
		return send(text.getBytes(StandardCharsets.UTF_8));
	}

	Peer finish() throws IOException {
		this.socket.shutdownOutput();
		return this;
	}

	byte[] receive(int length) throws IOException {
		return this.socket.getInputStream().readNBytes(length);
	}

	/** Receive a text, or as much of it as comes. */
	String receiveAsLongAs(String expected) throws IOException {
		return new String(receive(expected.getBytes(StandardCharsets.UTF_8).length), StandardCharsets.UTF_8);
	}

	/** Receive until the server closes. */
	byte[] receiveAll() throws IOException {
		return this.socket.getInputStream().readAllBytes();
	}

	String receiveAllText() throws IOException {
		return new String(receiveAll(), StandardCharsets.UTF_8);
	}

	/** Wait until the server has closed; one that has not read everything resets. */
	void awaitEnd() throws IOException {
		try {
			assertThat(receiveAll()).isEmpty();
		}
		catch (SocketException ex) {
			assertThat(ex).hasMessageContaining("reset");
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
