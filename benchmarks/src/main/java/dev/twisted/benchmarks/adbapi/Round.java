package dev.twisted.benchmarks.adbapi;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.management.OperatingSystemMXBean;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking for a while.
 *
 * @param microsPerQuery microseconds from one answer to the next
 * @param cpuPerQuery microseconds that this process worked for each
 */
record Round(double microsPerQuery, double cpuPerQuery) {

	/** Ask for a while, so many questions at once. */
	static Round run(Question question, int inFlight, Duration length) {
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		long cpu = system.getProcessCpuTime();
		long start = System.nanoTime();
		Lanes lanes = new Lanes(question, inFlight, start + length.toNanos());
		lanes.run();
		double queries = lanes.answers.get();
		return new Round((System.nanoTime() - start) / queries / 1000,
				(system.getProcessCpuTime() - cpu) / queries / 1000);
	}

	/**
	 * Each asks the next question when the one before it is answered.
	 */
	private static final class Lanes {

		private final AtomicLong answers = new AtomicLong();

		private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

		private final Question question;

		private final long end;

		private final int number;

		private final CountDownLatch running;

		Lanes(Question question, int number, long end) {
			this.question = question;
			this.number = number;
			this.end = end;
			this.running = new CountDownLatch(number);
		}

		void run() {
			for (int i = 0; i < this.number; i++) {
				ask();
			}
			try {
				this.running.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			Throwable ex = this.failure.get();
			if (ex != null) {
				throw new IllegalStateException(ex);
			}
		}

		private void ask() {
			this.question.ask(this.answers.get(), new Question.Answered() {

				@Override
				public void answered(long number) {
					Lanes.this.answers.incrementAndGet();
					if (System.nanoTime() < Lanes.this.end) {
						ask();
					}
					else {
						Lanes.this.running.countDown();
					}
				}

				@Override
				public void failed(Throwable ex) {
					Lanes.this.failure.set(ex);
					Lanes.this.running.countDown();
				}

			});
		}

	}

}
