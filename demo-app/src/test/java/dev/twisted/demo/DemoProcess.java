package dev.twisted.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The demo as a process of its own, in a locale that knows no UTF-8.
 */
final class DemoProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final Process process;

	private final CompletableFuture<byte[]> errors;

	private DemoProcess(Process process) {
		this.process = process;
		this.errors = read(process.getErrorStream());
	}

	static DemoProcess start(String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				DemoApplication.class.getName()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().put("LC_ALL", "C");
		builder.environment().put("LANG", "C");
		return new DemoProcess(builder.start());
	}

	/**
	 * Be a client from start to end.
	 * @param input what is typed
	 * @param arguments the command line
	 * @return how it ended
	 */
	static Result client(String input, String... arguments) throws Exception {
		return client(input.getBytes(StandardCharsets.UTF_8), arguments);
	}

	static Result client(byte[] input, String... arguments) throws Exception {
		try (DemoProcess demo = start(arguments)) {
			CompletableFuture<byte[]> output = read(demo.process.getInputStream());
			try (OutputStream keyboard = demo.process.getOutputStream()) {
				keyboard.write(input);
			}
			catch (IOException ex) {
				// It has ended without reading all of it.
			}
			int status = demo.waitFor();
			return new Result(status, text(output), text(demo.errors));
		}
	}

	Process process() {
		return this.process;
	}

	int waitFor() throws InterruptedException {
		if (!this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
			throw new AssertionError("The demo has not ended within " + PATIENCE);
		}
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	private static String text(CompletableFuture<byte[]> bytes) throws Exception {
		return new String(bytes.get(PATIENCE.toSeconds(), TimeUnit.SECONDS), StandardCharsets.UTF_8);
	}

	private static CompletableFuture<byte[]> read(InputStream stream) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return stream.readAllBytes();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}, (task) -> {
			Thread thread = new Thread(task, "demo-output");
			thread.setDaemon(true);
			thread.start();
		});
	}

	/**
	 * How a client ended.
	 *
	 * @param status its exit status
	 * @param output what it printed on standard output
	 * @param errors what it printed on standard error
	 */
	record Result(int status, String output, String errors) {
	}

}
