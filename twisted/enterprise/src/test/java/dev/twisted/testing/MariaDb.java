package dev.twisted.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * A real MariaDB, which the build has unpacked, on a free port of the loopback interface.
 * There is one for all tests of a module, started by the first.
 */
public final class MariaDb {

	public static final String USER = "demo";

	public static final String PASSWORD = "s3cret-Pass";

	private static final String INIT = """
			CREATE DATABASE IF NOT EXISTS demo CHARACTER SET utf8mb4;
			CREATE USER IF NOT EXISTS '%s'@'%%' IDENTIFIED BY '%s';
			GRANT ALL ON demo.* TO '%s'@'%%';
			""".formatted(USER, PASSWORD, USER);

	private static MariaDb instance;

	private final Path home = Path.of(System.getProperty("mariadb.home")).toAbsolutePath();

	private final Path directory;

	private final int port;

	private Process process;

	private MariaDb() throws IOException, InterruptedException {
		this.directory = Files.createTempDirectory("mariadb");
		Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
		try (ServerSocket free = new ServerSocket(0)) {
			this.port = free.getLocalPort();
		}
		for (String program : List.of("mariadbd", "my_print_defaults", "resolveip")) {
			this.home.resolve("bin").resolve(program).toFile().setExecutable(true);
		}
		Files.writeString(this.directory.resolve("init.sql"), INIT);
		Process install = begin("install.log", "sh", this.home.resolve("scripts/mariadb-install-db").toString(),
				"--no-defaults", "--basedir=" + this.home, "--datadir=" + data(), "--user=" + user(),
				"--auth-root-authentication-method=normal", "--skip-test-db", "--force");
		if (!install.waitFor(2, TimeUnit.MINUTES) || install.exitValue() != 0) {
			throw new IllegalStateException("MariaDB could not be installed: " + log("install.log"));
		}
		start();
	}

	/** The running server. */
	public static synchronized MariaDb running() {
		if (instance == null) {
			try {
				instance = new MariaDb();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return instance;
	}

	public int port() {
		return this.port;
	}

	/** Start the server again. */
	public void start() {
		this.process = begin("server.log", this.home.resolve("bin/mariadbd").toString(), "--no-defaults",
				"--basedir=" + this.home, "--lc-messages-dir=" + this.home.resolve("share"), "--datadir=" + data(),
				"--user=" + user(), "--bind-address=127.0.0.1", "--port=" + this.port, "--socket=server.sock",
				"--init-file=" + this.directory.resolve("init.sql"), "--skip-ssl", "--skip-log-bin",
				"--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=2", "--max-connections=100");
		Awaitility.await("MariaDB").atMost(Duration.ofMinutes(1)).until(() -> {
			if (!this.process.isAlive()) {
				throw new IllegalStateException("MariaDB has ended: " + log("server.log"));
			}
			return accepts();
		});
	}

	/** {@code kill -9}. */
	public void kill() {
		this.process.destroyForcibly();
		Awaitility.await().until(() -> !this.process.isAlive());
	}

	/** Leave the server hanging, with all its connections. */
	public void freeze() {
		signal("-STOP");
		// The signal is there at once, its effect on the last thread is not.
		Awaitility.await().ignoreException(NoSuchFileException.class).until(this::isFrozen);
	}

	private boolean isFrozen() throws IOException {
		try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(this.process.pid()), "task"))) {
			for (Path thread : threads.toList()) {
				if (!Files.readString(thread.resolve("status")).contains("State:\tT")) {
					return false;
				}
			}
			return true;
		}
	}

	/** Let it go on. */
	public void thaw() {
		signal("-CONT");
	}

	private void signal(String signal) {
		try {
			new ProcessBuilder("kill", signal, Long.toString(this.process.pid())).start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), 1000);
			socket.setSoTimeout(5000);
			return socket.getInputStream().read() > 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private Process begin(String log, String... command) {
		try {
			return new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve(log).toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path data() {
		return this.directory.resolve("data");
	}

	private static String user() {
		return System.getProperty("user.name");
	}

	private String log(String name) {
		try {
			return Files.readString(this.directory.resolve(name));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private void remove() {
		if (this.process != null) {
			this.process.destroyForcibly().onExit().join();
		}
		try (Stream<Path> files = Files.walk(this.directory)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException ex) {
			// It is a directory for temporary files.
			return;
		}
	}

}
