package dev.twisted.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A peer that runs on the real Twisted. It says on standard output what happens to it,
 * one line each; what it says on standard error is shown when something goes wrong.
 */
public final class PythonPeer implements AutoCloseable {

	/** Debian's Twisted belongs to this one, which need not be the first on the path. */
	private static final String PYTHON = "/usr/bin/python3";

	private static final Path SCRIPTS = Path.of(System.getProperty("basedir", ""), "src", "test", "python");

	private static final long TIMEOUT_SECONDS = 20;

	private static final String END = "(end of output)";

	private final Process process;

	private final String name;

	private final BlockingQueue<String> output = new LinkedBlockingQueue<>();

	private final StringBuffer errors = new StringBuffer();

	private PythonPeer(Process process, String name) {
		this.process = process;
		this.name = name;
	}

	/**
	 * Start a script.
	 * @param script its file name
	 * @param arguments what to tell it
	 * @return the running peer
	 */
	public static PythonPeer start(String script, Object... arguments) {
		Path file = SCRIPTS.resolve(script).toAbsolutePath();
		assertThat(file).as("script").exists();
		List<String> command = new ArrayList<>(List.of(PYTHON, "-u", file.toString()));
		for (Object argument : arguments) {
			command.add(String.valueOf(argument));
		}
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
		try {
			PythonPeer peer = new PythonPeer(builder.start(), script + " " + List.of(arguments));
			peer.readOutput();
			peer.readErrors();
			return peer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Abort the test where there is no Twisted, or fail it where there has to be one.
	 */
	public static void requireTwisted() {
		if (Availability.TWISTED) {
			return;
		}
		String message = "%s cannot import twisted: install the Debian package python3-twisted".formatted(PYTHON);
		if (System.getenv("CI") != null) {
			fail(message);
		}
		Assumptions.abort(message);
	}

	/**
	 * Wait for the peer to listen.
	 * @return the port
	 */
	public int port() {
		String line = line();
		assertThat(line).as(() -> describe("began with: " + line)).startsWith("PORT ");
		return Integer.parseInt(line.substring("PORT ".length()));
	}

	/**
	 * Wait for what the peer says next.
	 * @return the line
	 */
	public String line() {
		String line = poll();
		if (line == null) {
			throw new AssertionError(describe("has said nothing for %d seconds".formatted(TIMEOUT_SECONDS)));
		}
		if (line.equals(END)) {
			throw new AssertionError(describe("has ended"));
		}
		return line;
	}

	/** What the peer has said so far and nobody has asked for. */
	public List<String> sayings() {
		return List.copyOf(this.output);
	}

	/**
	 * Wait for the end of the peer.
	 * @return everything it said that has not been asked for before
	 */
	public List<String> lines() {
		List<String> lines = new ArrayList<>();
		String line = poll();
		while (line != null && !line.equals(END)) {
			lines.add(line);
			line = poll();
		}
		if (line == null) {
			throw new AssertionError(describe("does not end after " + lines));
		}
		return lines;
	}

	/**
	 * End the peer and wait until the operating system has closed its sockets.
	 */
	@Override
	public void close() {
		this.process.destroyForcibly();
		try {
			assertThat(this.process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as(() -> describe("cannot be ended"))
				.isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private @Nullable String poll() {
		try {
			return this.output.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private String describe(String problem) {
		return "Python peer %s %s%nIts standard error:%n%s".formatted(this.name, problem, this.errors);
	}

	private void readOutput() {
		readInBackground(this.process.inputReader(StandardCharsets.UTF_8), this.output::add,
				() -> this.output.add(END));
	}

	private void readErrors() {
		readInBackground(this.process.errorReader(StandardCharsets.UTF_8),
				(line) -> this.errors.append(line).append('\n'), () -> {
				});
	}

	private void readInBackground(BufferedReader reader, Consumer<String> lines, Runnable end) {
		Thread thread = new Thread(() -> {
			try (reader) {
				reader.lines().forEach(lines);
			}
			catch (IOException | UncheckedIOException ex) {
				this.errors.append(ex).append('\n');
			}
			finally {
				end.run();
			}
		}, "python-peer");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Found out once, when first asked for.
	 */
	private static final class Availability {

		static final boolean TWISTED = canImportTwisted();

		private static boolean canImportTwisted() {
			try {
				Process process = new ProcessBuilder(PYTHON, "-c", "import twisted.internet.reactor")
					.redirectErrorStream(true)
					.redirectOutput(ProcessBuilder.Redirect.DISCARD)
					.start();
				return process.waitFor() == 0;
			}
			catch (IOException ex) {
				return false;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

	}

}
