package dev.twisted.benchmarks.echo;

import java.io.IOException;
import java.time.Duration;

/**
 * Keeps a server busy from one thread.
 */
interface Load extends AutoCloseable {

	/**
	 * Keep the server busy for a while.
	 * @param duration how long
	 * @return how many messages came back
	 * @throws IOException if the server does not answer, or answers wrongly
	 */
	long run(Duration duration) throws IOException;

	@Override
	void close() throws IOException;

}
