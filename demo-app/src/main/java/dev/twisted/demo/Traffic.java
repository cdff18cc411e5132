package dev.twisted.demo;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.Reactor;
import dev.twisted.task.LoopingCall;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.stereotype.Component;

/**
 * What the servers have served. Two timers are at work here. A {@link LoopingCall} looks
 * at the counters every second, which makes rates of them, shown at
 * {@code /actuator/info}. And the first message after a silence plans a line in the log
 * with {@code callLater}, for all that comes in until then, instead of one a message.
 * <p>
 * Needs no lock: all but {@link #contribute} runs on the reactor's thread.
 */
@Component
class Traffic implements InfoContributor {

	static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);

	static final Duration LOG_DELAY = Duration.ofSeconds(5);

	private static final Log logger = LogFactory.getLog(Traffic.class);

	private final Reactor reactor;

	private final Map<String, Counter> counters = new TreeMap<>();

	private @Nullable DelayedCall report;

	private volatile Map<String, Sample> samples = Map.of();

	Traffic(Reactor reactor) {
		this.reactor = reactor;
		reactor.callWhenRunning(() -> new LoopingCall(reactor, this::sample).start(SAMPLE_INTERVAL, false));
	}

	void served(String server, int bytes) {
		Counter counter = this.counters.computeIfAbsent(server, (name) -> new Counter());
		counter.messages++;
		counter.bytes += bytes;
		if (this.report == null) {
			this.report = this.reactor.callLater(LOG_DELAY, this::report);
		}
	}

	private void sample() {
		Map<String, Sample> samples = new TreeMap<>();
		this.counters.forEach((server, counter) -> samples.put(server, counter.sample()));
		this.samples = samples;
	}

	private void report() {
		this.report = null;
		this.counters.forEach((server, counter) -> {
			long messages = counter.messages - counter.reportedMessages;
			if (messages > 0) {
				logger.info(
						"%s: %d messages, %d bytes".formatted(server, messages, counter.bytes - counter.reportedBytes));
			}
			counter.reportedMessages = counter.messages;
			counter.reportedBytes = counter.bytes;
		});
	}

	@Override
	public void contribute(Info.Builder builder) {
		builder.withDetail("traffic", this.samples);
	}

	/**
	 * What one server had served when it was last looked at.
	 *
	 * @param messages all its messages
	 * @param bytes all their bytes
	 * @param messagesPerSecond its messages in the last second
	 */
	record Sample(long messages, long bytes, long messagesPerSecond) {
	}

	private static final class Counter {

		private long messages;

		private long bytes;

		private long sampledMessages;

		private long reportedMessages;

		private long reportedBytes;

		Sample sample() {
			Sample sample = new Sample(this.messages, this.bytes, this.messages - this.sampledMessages);
			this.sampledMessages = this.messages;
			return sample;
		}

	}

}
