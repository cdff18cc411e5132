package dev.twisted.protocols.policies;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.internet.Factory;
import dev.twisted.internet.PushProducer;
import dev.twisted.internet.Transport;
import dev.twisted.task.Clock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ThrottlingFactoryTests {

	private static final long UNLIMITED = ThrottlingFactory.UNLIMITED;

	private final Clock clock = new Clock();

	private final Factory wrapped = Factory.forProtocol(Told::new);

	@Test
	void onlySoManyConnectionsAreOpenTogether() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 1, UNLIMITED, UNLIMITED);
		Line first = Line.connect(factory);
		assertThat(Line.connect(factory)).isNull();
		first.lose();
		assertThat(Line.connect(factory)).isNotNull();
	}

	@Test
	void whoHasReceivedTooMuchPausesWithAllOthersForAsLongAsMakesUpForIt() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, 10, UNLIMITED);
		Line busy = Line.connect(factory);
		Line quiet = Line.connect(factory);
		busy.receive("x".repeat(25));
		advance(1000, busy, quiet);
		assertThat(busy.paused).isTrue();
		assertThat(quiet.paused).isTrue();
		assertThat(Line.connect(factory).paused).isTrue();
		advance(1499, busy, quiet);
		assertThat(busy.paused).isTrue();
		advance(1, busy, quiet);
		assertThat(busy.paused).isFalse();
		assertThat(quiet.paused).isFalse();
	}

	@Test
	void whoKeepsToTheLimitIsNotPausedAndTakesNoTimerWhileQuiet() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, 10, UNLIMITED);
		Line line = Line.connect(factory);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		line.receive("x".repeat(10));
		advance(1000, line);
		assertThat(line.paused).isFalse();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aProtocolThatHasPausedItselfStaysPaused() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, 10, UNLIMITED);
		Line line = Line.connect(factory);
		Transport transport = (Transport) line.protocol();
		line.receive("x".repeat(20));
		transport.pauseProducing();
		advance(1000, line);
		advance(1000, line);
		assertThat(line.paused).isTrue();
		transport.resumeProducing();
		assertThat(line.paused).isFalse();
	}

	@Test
	void aProtocolCannotResumeWhatTheFactoryHasPaused() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, 10, UNLIMITED);
		Line line = Line.connect(factory);
		line.receive("x".repeat(20));
		advance(1000, line);
		((Transport) line.protocol()).resumeProducing();
		assertThat(line.paused).isTrue();
	}

	@Test
	void whoHasSentTooMuchIsNotReadFromUnlessItHasAProducerToPause() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, UNLIMITED, 10);
		Line echo = Line.connect(factory);
		Line fed = Line.connect(factory);
		Feeder feeder = new Feeder();
		((Transport) fed.protocol()).registerProducer(feeder, true);
		echo.receive("x".repeat(20));
		advance(1000, echo, fed);
		assertThat(echo.paused).isTrue();
		assertThat(fed.paused).isFalse();
		assertThat(feeder.events).containsExactly("pause");
		advance(1000, echo, fed);
		assertThat(echo.paused).isFalse();
		assertThat(feeder.events).containsExactly("pause", "resume");
	}

	@Test
	void aProducerIsResumedOnlyWhenNeitherTheTransportNorTheFactoryWantsItToPause() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, UNLIMITED, 10);
		Line line = Line.connect(factory);
		Feeder feeder = new Feeder();
		((Transport) line.protocol()).registerProducer(feeder, true);
		line.receive("x".repeat(20));
		((PushProducer) line.producer).pauseProducing();
		advance(1000, line);
		advance(1000, line);
		assertThat(feeder.events).containsExactly("pause");
		line.producer.resumeProducing();
		assertThat(feeder.events).containsExactly("pause", "resume");
	}

	@Test
	void aPullProducerIsAskedAgainWhenItsTimeHasCome() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, UNLIMITED, 10);
		Line line = Line.connect(factory);
		Feeder feeder = new Feeder();
		((Transport) line.protocol()).registerProducer(feeder, false);
		assertThat(feeder.events).containsExactly("resume");
		line.receive("x".repeat(20));
		advance(1000, line);
		line.producer.resumeProducing();
		assertThat(feeder.events).containsExactly("resume");
		advance(1000, line);
		assertThat(feeder.events).containsExactly("resume", "resume");
	}

	@Test
	void theLastConnectionLeavesNoTimerBehind() throws Exception {
		ThrottlingFactory factory = new ThrottlingFactory(this.wrapped, this.clock, 10, 10, 10);
		Line line = Line.connect(factory);
		line.receive("x".repeat(100));
		advance(1000, line);
		line.lose();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		assertThat(Line.connect(factory).paused).isFalse();
	}

	@Test
	void limitsThatLetNothingThroughAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ThrottlingFactory(this.wrapped, this.clock, 0, 1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new ThrottlingFactory(this.wrapped, this.clock, 1, 0, 1));
	}

	private void advance(long millis, Line... lines) throws Exception {
		this.clock.advance(Duration.ofMillis(millis));
		for (Line line : lines) {
			line.turn();
		}
	}

	private static final class Feeder implements PushProducer {

		private final List<String> events = new ArrayList<>();

		@Override
		public void pauseProducing() {
			this.events.add("pause");
		}

		@Override
		public void resumeProducing() {
			this.events.add("resume");
		}

		@Override
		public void stopProducing() {
			this.events.add("stop");
		}

	}

}
