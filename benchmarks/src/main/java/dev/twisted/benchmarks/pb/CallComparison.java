package dev.twisted.benchmarks.pb;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Calls over one connection, both ends ours and then both ends Python's, each end in a
 * process of its own on a core of its own. Prints a table.
 */
final class CallComparison {

	private static final String PYTHON = "/usr/bin/python3";

	private static final String[] CALLS = { "`add(1, 2)`", "`echo(\"hello\")`",
			"`echo` of two dictionaries in a list" };

	private CallComparison() {
	}

	/**
	 * Measure and print.
	 * @param args for how many milliseconds a round is to last
	 * @throws Exception if an end does not do its work
	 */
	public static void main(String[] args) throws Exception {
		List<Double> ours = measure(java(CallServer.class), java(CallClient.class), args[0]);
		String script = Path.of(System.getProperty("benchmarks.python", ""), "pb_calls.py").toString();
		List<Double> python = measure(List.of(PYTHON, "-u", script, "server"), List.of(PYTHON, "-u", script, "client"),
				args[0]);
		System.out.println("| Calls in a second over one connection | Python Twisted | **ours** | times |");
		System.out.println("|---|---:|---:|---:|");
		for (int i = 0; i < CALLS.length; i++) {
			System.out.printf(Locale.ROOT, "| %s | %,.0f | %,.0f | %.1f |%n", CALLS[i], python.get(i), ours.get(i),
					ours.get(i) / python.get(i));
		}
	}

	private static List<String> java(Class<?> main) {
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
				"-Xmx512m", "-Dslf4j.internal.verbosity=ERROR", "-cp", System.getProperty("java.class.path"),
				main.getName());
	}

	private static List<Double> measure(List<String> server, List<String> client, String millis) throws Exception {
		Process serving = start(1, server);
		try (BufferedReader said = serving.inputReader(StandardCharsets.UTF_8)) {
			String port = String.valueOf(said.readLine()).replace("port ", "");
			List<String> command = new ArrayList<>(client);
			command.addAll(List.of(port, millis));
			Process calling = start(0, command);
			try (BufferedReader figures = calling.inputReader(StandardCharsets.UTF_8)) {
				return figures.lines().map(Double::valueOf).toList();
			}
			finally {
				calling.destroyForcibly();
			}
		}
		finally {
			serving.destroyForcibly();
		}
	}

	private static Process start(int core, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
		command.addAll(arguments);
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

}
