package dev.twisted.demo.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a stream, one at a time, read by a thread of their own. Not by the reactor's,
 * which must not block, nor by its pool, whose end would wait for a keyboard nobody types
 * on.
 */
final class InputLines {

	private final Reactor reactor;

	private final InputStream input;

	private final Executor thread = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "input");
		thread.setDaemon(true);
		return thread;
	});

	InputLines(Reactor reactor, InputStream input) {
		this.reactor = reactor;
		this.input = new BufferedInputStream(input);
	}

	/**
	 * Read a line.
	 * @return fires on the reactor's thread with the line's bytes without its end, or
	 * with {@code null} at the end of the input
	 */
	Deferred<byte @Nullable []> next() {
		Deferred<byte @Nullable []> line = new Deferred<>();
		this.thread.execute(() -> {
			try {
				byte[] bytes = read();
				this.reactor.callFromThread(() -> line.callback(bytes));
			}
			catch (IOException ex) {
				this.reactor.callFromThread(() -> line.errback(ex));
			}
		});
		return line;
	}

	private byte @Nullable [] read() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = this.input.read();
		if (next == -1) {
			return null;
		}
		while (next != -1 && next != '\n') {
			line.write(next);
			next = this.input.read();
		}
		byte[] bytes = line.toByteArray();
		boolean carriageReturn = (bytes.length > 0 && bytes[bytes.length - 1] == '\r' && next == '\n');
		return carriageReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
	}

}
