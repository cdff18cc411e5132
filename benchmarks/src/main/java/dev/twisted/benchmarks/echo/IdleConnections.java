package dev.twisted.benchmarks.echo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how much live heap a connection takes on which nothing happens any more, after
 * one message has gone both ways. Each server runs in a process of its own, and so do its
 * clients.
 */
final class IdleConnections {

	/**
	 * Before the measurement begins: what the first ones bring about stays away from it.
	 */
	private static final int FIRST = 500;

	private static final int COUNT = 5000;

	private static final Map<String, String> TITLES = new LinkedHashMap<>();

	static {
		TITLES.put("netty", "Netty by hand");
		TITLES.put("reactor-netty", "Reactor Netty");
		TITLES.put("twisted", "**ours**, nothing limited");
		TITLES.put("limited", "**ours**, with session, idle timeout and log context");
	}

	private IdleConnections() {
	}

	/**
	 * Measure and print; the arguments are for the processes that this starts.
	 * @param args nothing, or {@code server} and a name, or {@code clients} and a port
	 * @throws Exception if a server does not start or serve
	 */
	public static void main(String[] args) throws Exception {
		if (args.length == 0) {
			compare();
		}
		else if (args[0].equals("server")) {
			System.out.println(bytesPerConnection(create(args[1]).start()));
			System.out.flush();
			Runtime.getRuntime().halt(0);
		}
		else {
			beClients(Integer.parseInt(args[1]));
		}
	}

	private static EchoServer create(String name) {
		return switch (name) {
			case "netty" -> new NettyEchoServer(Framing.RAW);
			case "reactor-netty" -> new ReactorNettyEchoServer(Framing.RAW);
			case "twisted" -> TwistedEchoServer.ofBuffers(Framing.RAW);
			case "limited" -> new LimitedEchoServer();
			default -> throw new IllegalArgumentException("There is no server '" + name + "'");
		};
	}

	private static void compare() throws Exception {
		System.out.println("| Live heap of an idle connection | bytes |");
		System.out.println("|---|---:|");
		for (Map.Entry<String, String> server : TITLES.entrySet()) {
			Process process = start("server", server.getKey());
			try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
				String bytes = output.readLine();
				System.out.printf(Locale.ROOT, "| %s | %s |%n", server.getValue(), bytes);
			}
			finally {
				process.destroyForcibly();
			}
		}
	}

	private static Process start(String... args) throws IOException {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms256m", "-Xmx256m",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), "-Dslf4j.internal.verbosity=ERROR"));
		command.add(IdleConnections.class.getName());
		command.addAll(List.of(args));
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	private static long bytesPerConnection(int port) throws Exception {
		Process clients = start("clients", Integer.toString(port));
		try (BufferedReader said = clients.inputReader(StandardCharsets.UTF_8);
				PrintStream tell = new PrintStream(clients.getOutputStream(), true, StandardCharsets.UTF_8)) {
			said.readLine();
			long before = liveHeap();
			tell.println("more");
			said.readLine();
			return (liveHeap() - before) / COUNT;
		}
		finally {
			clients.destroyForcibly();
		}
	}

	private static long liveHeap() {
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 6; i++) {
			System.gc();
			least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return least;
	}

	/** Open some, say so, and open the others when told. */
	private static void beClients(int port) throws IOException {
		List<SocketChannel> open = new ArrayList<>();
		BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		connect(port, FIRST, open);
		System.out.println("some");
		if (told.readLine() != null) {
			connect(port, COUNT, open);
			System.out.println("all of " + open.size());
			// Until the server has been measured.
			told.readLine();
		}
	}

	private static void connect(int port, int count, List<SocketChannel> open) throws IOException {
		ByteBuffer message = ByteBuffer.allocate(64);
		for (int i = 0; i < count; i++) {
			SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			open.add(channel);
			channel.write(message.clear());
			message.clear();
			while (message.hasRemaining()) {
				if (channel.read(message) < 0) {
					throw new IOException("The server has closed a connection");
				}
			}
		}
	}

}
