package dev.twisted.endpoints;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events in one by one, whoever brings them: one that comes while another is being
 * dealt with waits for its turn, and is dealt with by the same thread.
 */
final class Inbox {

	private static final Logger logger = LoggerFactory.getLogger(Inbox.class);

	private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	void take(Runnable event) {
		this.events.add(event);
		if (this.waiting.getAndIncrement() > 0) {
			return;
		}
		do {
			Runnable next = this.events.poll();
			try {
				if (next != null) {
					next.run();
				}
			}
			catch (RuntimeException ex) {
				logger.error("Unhandled error in a client", ex);
			}
		}
		while (this.waiting.decrementAndGet() > 0);
	}

}
