package dev.twisted.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that knows nothing of HTTP but where requests end, and does what it is told,
 * right or wrong. Each connection has a thread.
 */
public final class ScriptedServer implements AutoCloseable {

	private final ServerSocket listening;

	private final Script script;

	private final List<Socket> connections = new CopyOnWriteArrayList<>();

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicInteger mostOpen = new AtomicInteger();

	private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

	private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

	public ScriptedServer(Script script) throws IOException {
		this.listening = new ServerSocket(0, 1000, InetAddress.getByName("127.0.0.1"));
		this.script = script;
		start("accept", () -> {
			while (true) {
				Socket socket = this.listening.accept();
				this.connections.add(socket);
				this.mostOpen.accumulateAndGet(this.open.incrementAndGet(), Math::max);
				start("connection", () -> serve(socket));
			}
		});
	}

	/** A server that gives every request the same answer. */
	public static ScriptedServer answering(String answer) throws IOException {
		return new ScriptedServer((request, peer) -> peer.send(answer));
	}

	private void serve(Socket socket) throws Exception {
		Peer peer = new Peer(socket);
		try (socket) {
			String request = peer.request();
			while (request != null) {
				this.requests.add(request);
				this.script.answer(request, peer);
				request = (socket.isClosed() || socket.isOutputShutdown()) ? null : peer.request();
			}
		}
		finally {
			this.open.decrementAndGet();
			this.closed.add("closed");
		}
	}

	private static void start(String name, Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (Exception ex) {
				// The socket is closed, by either side.
			}
		}, "scripted-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	public int port() {
		return this.listening.getLocalPort();
	}

	public String uri(String path) {
		return "http://127.0.0.1:" + port() + path;
	}

	/** Wait for the next request. */
	public String request() throws InterruptedException {
		String request = this.requests.poll(20, TimeUnit.SECONDS);
		if (request == null) {
			throw new AssertionError("There was no request");
		}
		return request;
	}

	/** Wait for the end of a connection. */
	public void awaitClosed() throws InterruptedException {
		if (this.closed.poll(20, TimeUnit.SECONDS) == null) {
			throw new AssertionError("No connection was closed");
		}
	}

	public int connections() {
		return this.connections.size();
	}

	public int mostOpen() {
		return this.mostOpen.get();
	}

	@Override
	public void close() throws IOException {
		this.listening.close();
		for (Socket connection : this.connections) {
			connection.close();
		}
	}

	/**
	 * What to do with a request.
	 */
	@FunctionalInterface
	public interface Script {

		void answer(String request, Peer peer) throws Exception;

	}

	@FunctionalInterface
	private interface Task {

		void run() throws Exception;

	}

	/**
	 * The other end of a connection.
	 */
	public static final class Peer {

		private final Socket socket;

		private final InputStream input;

		Peer(Socket socket) throws IOException {
			this.socket = socket;
			this.socket.setTcpNoDelay(true);
			this.input = socket.getInputStream();
		}

		public Peer send(String data) throws IOException {
			return send(data.getBytes(StandardCharsets.UTF_8));
		}

		public Peer send(byte[] data) throws IOException {
			this.socket.getOutputStream().write(data);
			this.socket.getOutputStream().flush();
			return this;
		}

		public void close() throws IOException {
			this.socket.close();
		}

		/** Close with a reset. */
		public void reset() throws IOException {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}

		/** Wait until the client has closed. */
		public void awaitEnd() throws IOException {
			while (this.input.read() >= 0) {
				// More than was expected.
			}
		}

		/** One request with its body; null at the end. */
		String request() throws IOException {
			String head = head();
			if (head == null) {
				return null;
			}
			String lower = head.toLowerCase(Locale.ROOT);
			int at = lower.indexOf("\r\ncontent-length:");
			if (at >= 0) {
				int end = lower.indexOf("\r\n", at + 2);
				int length = Integer.parseInt(lower.substring(at + 17, end).trim());
				return head + new String(this.input.readNBytes(length), StandardCharsets.UTF_8);
			}
			return lower.contains("\r\ntransfer-encoding: chunked") ? head + chunks() : head;
		}

		private String chunks() throws IOException {
			StringBuilder body = new StringBuilder();
			while (true) {
				String size = line();
				int length = Integer.parseInt(size, 16);
				body.append(new String(this.input.readNBytes(length), StandardCharsets.UTF_8));
				line();
				if (length == 0) {
					return body.toString();
				}
			}
		}

		private String line() throws IOException {
			StringBuilder line = new StringBuilder();
			for (int next = this.input.read(); next >= 0 && next != '\n'; next = this.input.read()) {
				line.append((char) next);
			}
			return line.toString().strip();
		}

		private String head() throws IOException {
			ByteArrayOutputStream head = new ByteArrayOutputStream();
			while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
				int next = this.input.read();
				if (next < 0) {
					return null;
				}
				head.write(next);
			}
			return head.toString(StandardCharsets.ISO_8859_1);
		}

	}

}
