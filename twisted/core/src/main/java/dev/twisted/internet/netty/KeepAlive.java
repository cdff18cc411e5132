package dev.twisted.internet.netty;

import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the JVM from ending while a reactor listens: the threads of event loops are
 * daemons. May be used from any thread.
 */
final class KeepAlive {

	private final String name;

	private @Nullable CountDownLatch latch;

	KeepAlive(String name) {
		this.name = name;
	}

	synchronized void hold() {
		if (this.latch != null) {
			return;
		}
		CountDownLatch ended = new CountDownLatch(1);
		Thread thread = new Thread(() -> await(ended), this.name);
		thread.setDaemon(false);
		thread.start();
		this.latch = ended;
	}

	synchronized void release() {
		if (this.latch != null) {
			this.latch.countDown();
			this.latch = null;
		}
	}

	private static void await(CountDownLatch ended) {
		try {
			ended.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
