package dev.twisted.benchmarks.echo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server in a process of its own, on a core of its own.
 */
final class ServerProcess implements AutoCloseable {

	private final Process process;

	private final int port;

	private final Map<String, Long> cpuNanosByThread = new HashMap<>();

	private ServerProcess(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	static ServerProcess start(Contender contender, Framing framing, int core) throws Exception {
		List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
		command.addAll(contender.command(framing));
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		try {
			return new ServerProcess(process, readPort(process));
		}
		catch (IOException | ExecutionException | TimeoutException ex) {
			process.destroyForcibly();
			throw new IllegalStateException("'%s' has not started".formatted(contender.title()), ex);
		}
	}

	private static int readPort(Process process) throws Exception {
		BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
		String line = CompletableFuture.supplyAsync(() -> firstLine(output)).get(30, TimeUnit.SECONDS);
		if (!line.startsWith("port ")) {
			throw new IOException("It said '%s' instead of its port".formatted(line));
		}
		return Integer.parseInt(line.substring("port ".length()));
	}

	private static String firstLine(BufferedReader output) {
		return output.lines().findFirst().orElse("nothing");
	}

	int port() {
		return this.port;
	}

	/**
	 * The CPU time it has used, without that of the just-in-time compiler.
	 * @return nanoseconds, from the accounting of the kernel
	 * @throws IOException if there is no such accounting
	 */
	long cpuNanos() throws IOException {
		Path tasks = Path.of("/proc", Long.toString(this.process.pid()), "task");
		try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
			for (Path thread : threads) {
				count(thread);
			}
		}
		return this.cpuNanosByThread.values().stream().mapToLong(Long::longValue).sum();
	}

	private void count(Path thread) throws IOException {
		try {
			if (!Files.readString(thread.resolve("comm")).matches("(?s)C[12] Compiler.*")) {
				String[] figures = Files.readString(thread.resolve("schedstat")).split(" ", -1);
				this.cpuNanosByThread.put(thread.toString(), Long.parseLong(figures[0]));
			}
		}
		catch (NoSuchFileException ex) {
			// The thread has ended meanwhile; what it used before stays counted.
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
