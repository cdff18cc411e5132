package dev.twisted.boot.autoconfigure;

import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the JVM from ending while servers listen: the threads of event loops are daemons.
 */
final class KeepAlive {

	private @Nullable CountDownLatch latch;

	synchronized void hold() {
		if (this.latch != null) {
			return;
		}
		CountDownLatch ended = new CountDownLatch(1);
		Thread thread = new Thread(() -> await(ended), "twisted-servers");
		thread.setContextClassLoader(getClass().getClassLoader());
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
