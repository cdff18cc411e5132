package dev.twisted.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A client that runs on the real Twisted.
 */
final class PythonClient {

	/** Debian's Twisted belongs to this one, which need not be the first on the path. */
	private static final String PYTHON = "/usr/bin/python3";

	private static final Path SCRIPTS = Path.of(System.getProperty("basedir", ""), "src", "test", "python");

	private PythonClient() {
	}

	/**
	 * Ask a server some questions.
	 * @param kind how: {@code line}, {@code int32} or {@code private}
	 * @param port the server's port
	 * @param questions the questions
	 * @return the answers
	 */
	static List<String> ask(String kind, int port, String... questions) throws Exception {
		List<String> arguments = new ArrayList<>(List.of(kind, String.valueOf(port)));
		arguments.addAll(List.of(questions));
		return run("questions.py", arguments.toArray(String[]::new));
	}

	/**
	 * Run a script to its end.
	 * @param script its file name
	 * @param arguments what to tell it
	 * @return what it says
	 */
	static List<String> run(String script, String... arguments) throws Exception {
		Process process = start(SCRIPTS.resolve(script), arguments);
		try {
			// The script gives up by itself.
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			return output.lines().toList();
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Start a script.
	 * @param script where it is
	 * @param arguments what to tell it
	 * @return the process, whose errors are in its output
	 */
	static Process start(Path script, String... arguments) throws Exception {
		requireTwisted();
		List<String> command = new ArrayList<>(List.of(PYTHON, script.toAbsolutePath().toString()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("PYTHONUTF8", "1");
		builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
		return builder.start();
	}

	private static void requireTwisted() throws InterruptedException, IOException {
		Process process = new ProcessBuilder(PYTHON, "-c", "import twisted.internet.reactor").redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		if (process.waitFor() == 0) {
			return;
		}
		String message = "%s cannot import twisted: install the Debian package python3-twisted".formatted(PYTHON);
		if (System.getenv("CI") != null) {
			fail(message);
		}
		Assumptions.abort(message);
	}

}
