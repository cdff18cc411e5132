package dev.twisted.boot.autoconfigure.web;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that sends the frames it is told to, right or wrong, and shows those it gets.
 */
final class RawWebSocket implements AutoCloseable {

	static final int TEXT = 0x81;

	static final int BINARY = 0x82;

	static final int CLOSE = 0x88;

	private final Socket socket;

	private final DataInputStream input;

	RawWebSocket(int port, String path) throws IOException {
		this.socket = new Socket("127.0.0.1", port);
		this.socket.setSoTimeout(20_000);
		this.input = new DataInputStream(this.socket.getInputStream());
		String request = "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
				+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
		this.socket.getOutputStream().write(request.formatted(path, port).getBytes(StandardCharsets.US_ASCII));
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			head.append((char) this.input.readUnsignedByte());
		}
		assertThat(head).startsWith("HTTP/1.1 101 ");
	}

	/** Send a frame of less than 126 bytes, with a mask that changes nothing. */
	void send(int first, byte... payload) throws IOException {
		byte[] frame = new byte[6 + payload.length];
		frame[0] = (byte) first;
		frame[1] = (byte) (0x80 | payload.length);
		System.arraycopy(payload, 0, frame, 6, payload.length);
		this.socket.getOutputStream().write(frame);
	}

	/** Wait for the next frame. */
	Frame next() throws IOException {
		int first = this.input.readUnsignedByte();
		long length = this.input.readUnsignedByte();
		if (length == 126) {
			length = this.input.readUnsignedShort();
		}
		else if (length == 127) {
			length = this.input.readLong();
		}
		byte[] payload = new byte[Math.toIntExact(length)];
		this.input.readFully(payload);
		return new Frame(first, payload);
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/**
	 * A frame.
	 */
	record Frame(int first, byte[] payload) {

		int status() {
			return ((this.payload[0] & 0xff) << 8) | (this.payload[1] & 0xff);
		}

	}

}
