package dev.twisted.web.client;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Consumer;
import dev.twisted.internet.PushProducer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of a request. Follows Twisted's {@code IBodyProducer}. All its methods
 * are called on the reactor's thread, on the loop that the request was made on.
 * <p>
 * It is paused while the server takes less than it writes.
 */
public interface BodyProducer extends PushProducer {

	/** The length of a body whose length is not known before it ends. */
	long UNKNOWN_LENGTH = -1;

	/**
	 * How long the body is.
	 * @return its length in bytes, or {@link #UNKNOWN_LENGTH} to have it sent in chunks
	 */
	long length();

	/**
	 * Begin to write.
	 * @param consumer where to
	 * @return fires when all has been written; fails if it cannot be, and so does the
	 * request then, with a {@link RequestGenerationFailed}
	 */
	Deferred<@Nullable Void> startProducing(Consumer consumer);

	/**
	 * Write no more, or let go of what was to be written: this is called without
	 * {@link #startProducing} where a request ends before its body is asked for. The
	 * Deferred that {@link #startProducing} has returned need not be fired after this.
	 */
	@Override
	void stopProducing();

}
