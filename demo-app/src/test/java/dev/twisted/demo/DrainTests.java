package dev.twisted.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DrainTests {

	private static final Pattern PORT = Pattern.compile("server 'echo' listening on 127\\.0\\.0\\.1:(\\d+)");

	private static final int CLIENTS = 16;

	private static final int REQUEST = 64;

	@Test
	void aServerThatIsTerminatedUnderLoadSendsTheRepliesItOwesAndClosesInOrder() throws Exception {
		try (DemoProcess demo = DemoProcess.start("--server.port=0", "--twisted.servers.echo.port=0",
				"--twisted.servers.udp-echo.port=0", "--twisted.servers.qa-line.port=0",
				"--twisted.servers.qa-int32.port=0", "--twisted.servers.private.port=0", "--twisted.servers.pb.port=0");
				BufferedReader log = new BufferedReader(
						new InputStreamReader(demo.process().getInputStream(), StandardCharsets.UTF_8))) {
			int port = port(log);
			CompletableFuture<Long> outcome = outcome(log);
			CountDownLatch underLoad = new CountDownLatch(CLIENTS);
			List<CompletableFuture<String>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(async(() -> talk(port, underLoad)));
			}
			assertThat(underLoad.await(60, TimeUnit.SECONDS)).isTrue();
			// Not Process.destroy(), which would also close the log under our eyes.
			demo.process().toHandle().destroy();
			for (CompletableFuture<String> client : clients) {
				assertThat(client.get(60, TimeUnit.SECONDS)).isEqualTo("closed in order between replies");
			}
			assertThat(demo.waitFor()).isEqualTo(128 + 15);
			assertThat(outcome.get(60, TimeUnit.SECONDS)).isZero();
		}
	}

	/** Asks until the server closes. */
	private static String talk(int port, CountDownLatch underLoad) {
		try (Socket socket = new Socket()) {
			socket.setSoTimeout(60_000);
			socket.connect(new InetSocketAddress("127.0.0.1", port));
			for (int i = 0; true; i++) {
				byte[] request = ByteBuffer.allocate(REQUEST).putInt(REQUEST - Integer.BYTES, i).array();
				try {
					socket.getOutputStream().write(request);
				}
				catch (IOException ex) {
					// The server was faster; what it has sent is still to be read.
				}
				byte[] reply = socket.getInputStream().readNBytes(REQUEST);
				if (reply.length == 0) {
					return "closed in order between replies";
				}
				if (reply.length != REQUEST || ByteBuffer.wrap(reply).getInt(REQUEST - Integer.BYTES) != i) {
					return "half a reply, or the wrong one";
				}
				if (i == 100) {
					underLoad.countDown();
				}
			}
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static int port(BufferedReader log) throws IOException {
		int port = 0;
		for (String line = log.readLine(); line != null && !line.contains("The demo is up"); line = log.readLine()) {
			Matcher matcher = PORT.matcher(line);
			port = matcher.find() ? Integer.parseInt(matcher.group(1)) : port;
		}
		return port;
	}

	/** How many connections the server has aborted, as it says itself. */
	private static CompletableFuture<Long> outcome(BufferedReader log) {
		return async(() -> {
			try {
				return log.lines()
					.filter((line) -> line.contains("Twisted servers stopped"))
					.map((line) -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
					.findFirst()
					.orElse(-1L);
			}
			finally {
				log.lines().forEach((line) -> {
				});
			}
		});
	}

	private static <T> CompletableFuture<T> async(Supplier<T> task) {
		return CompletableFuture.supplyAsync(task, (run) -> {
			Thread thread = new Thread(run, "drain-test");
			thread.setDaemon(true);
			thread.start();
		});
	}

}
