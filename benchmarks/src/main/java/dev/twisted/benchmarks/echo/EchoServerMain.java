package dev.twisted.benchmarks.echo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * One of the servers in a process of its own: prints the port it listens on and serves
 * until its standard input ends, so that it does not outlive whoever started it.
 */
final class EchoServerMain {

	private EchoServerMain() {
	}

	public static void main(String[] args) throws Exception {
		System.out.println("port " + create(args[0], Framing.valueOf(args[1].toUpperCase(Locale.ROOT))).start());
		System.out.flush();
		waitForEndOfInput();
		Runtime.getRuntime().halt(0);
	}

	private static EchoServer create(String name, Framing framing) {
		return switch (name) {
			case "nio" -> new NioEchoServer();
			case "netty" -> new NettyEchoServer(framing);
			case "reactor-netty" -> new ReactorNettyEchoServer(framing);
			case "twisted-buffer" -> TwistedEchoServer.ofBuffers(framing);
			case "twisted-bytes" -> TwistedEchoServer.ofBytes(framing);
			default -> throw new IllegalArgumentException("There is no server '" + name + "'");
		};
	}

	private static void waitForEndOfInput() throws IOException {
		System.in.transferTo(OutputStream.nullOutputStream());
	}

}
