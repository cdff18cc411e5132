package dev.twisted.benchmarks.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom the table compares. All of Java get the same options.
 */
enum Contender {

	NIO("plain Java NIO, the floor", "nio"),

	NETTY("Netty by hand, epoll", "netty"),

	REACTOR_NETTY("Reactor Netty, epoll", "reactor-netty"),

	TWISTED_BUFFER("**ours**, as `ByteBuf`", "twisted-buffer"),

	TWISTED_BYTES("**ours**, as `byte[]`", "twisted-bytes"),

	PYTHON_TWISTED("Python Twisted, epoll", "") {

		private final Path python = Path.of("/usr/bin/python3");

		@Override
		boolean available() throws IOException, InterruptedException {
			if (!Files.isExecutable(this.python)) {
				return false;
			}
			return new ProcessBuilder(this.python.toString(), "-c", "import twisted")
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}

		@Override
		List<String> command(Framing framing) {
			return List.of(this.python.toString(), System.getProperty("benchmarks.python") + "/echo_server.py",
					framing.argument());
		}

	};

	private static final List<String> JAVA_OPTIONS = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC",
			"-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED",
			"-Dslf4j.internal.verbosity=ERROR", "--sun-misc-unsafe-memory-access=allow");

	private final String title;

	private final String server;

	Contender(String title, String server) {
		this.title = title;
		this.server = server;
	}

	String title() {
		return this.title;
	}

	/**
	 * Whether it can run here.
	 * @return false if it is not installed
	 * @throws IOException if that cannot be found out
	 * @throws InterruptedException if the wait for it is cut short
	 */
	boolean available() throws IOException, InterruptedException {
		return true;
	}

	List<String> command(Framing framing) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(JAVA_OPTIONS);
		command.addAll(List.of("-cp", System.getProperty("java.class.path")));
		command.addAll(List.of(EchoServerMain.class.getName(), this.server, framing.argument()));
		return command;
	}

}
