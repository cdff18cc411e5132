package dev.twisted.protocols.policies;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Factory;
import dev.twisted.task.Clock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LimitFactoriesTests {

	private final Factory wrapped = Factory.forProtocol(Told::new);

	@Test
	void onlySoManyConnectionsAreOpenTogether() throws Exception {
		LimitTotalConnectionsFactory factory = new LimitTotalConnectionsFactory(this.wrapped, 2);
		Line first = Line.connect(factory);
		assertThat(Line.connect(factory)).isNotNull();
		assertThat(Line.connect(factory)).isNull();
		assertThat(factory.connectionCount()).isEqualTo(2);
		first.lose();
		assertThat(Line.connect(factory)).isNotNull();
	}

	@Test
	void whoIsTooManyGetsTheProtocolForThatAndCounts() throws Exception {
		LimitTotalConnectionsFactory factory = new LimitTotalConnectionsFactory(this.wrapped, 1, Overflow::new);
		Line first = Line.connect(factory);
		Line second = Line.connect(factory);
		assertThat(second.written()).isEqualTo("full");
		assertThat(factory.connectionCount()).isEqualTo(2);
		first.lose();
		assertThat(Line.connect(factory).written()).isEqualTo("full");
	}

	@Test
	void oneHostMayHaveOnlySoManyConnections() throws Exception {
		LimitConnectionsByPeer factory = new LimitConnectionsByPeer(this.wrapped, 1);
		Line first = Line.connect(factory, "192.0.2.1");
		assertThat(Line.connect(factory, "192.0.2.1")).isNull();
		assertThat(Line.connect(factory, "192.0.2.2")).isNotNull();
		first.lose();
		assertThat(Line.connect(factory, "192.0.2.1")).isNotNull();
	}

	@Test
	void aConnectionWithoutTrafficIsClosedWithATimeout() throws Exception {
		Clock clock = new Clock();
		Line line = Line.connect(new TimeoutFactory(this.wrapped, clock, Duration.ofSeconds(10)));
		clock.advance(Duration.ofSeconds(9));
		line.receive("x");
		clock.advance(Duration.ofSeconds(9));
		((TimeoutProtocol) line.protocol()).wrappedProtocol().transport().write(new byte[] { 'y' });
		clock.advance(Duration.ofSeconds(9));
		assertThat(line.reason).isNull();
		clock.advance(Duration.ofSeconds(1));
		assertThat(line.reason.value()).isInstanceOf(TimeoutException.class)
			.hasMessage("line from 192.0.2.1 has been silent for too long: PT10S");
	}

	@Test
	void aConnectionThatIsLostLeavesNoTimerBehind() throws Exception {
		Clock clock = new Clock();
		Line line = Line.connect(new TimeoutFactory(this.wrapped, clock));
		assertThat(clock.getDelayedCalls()).hasSize(1);
		line.lose();
		assertThat(clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void limitsThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new LimitTotalConnectionsFactory(this.wrapped, -1));
		assertThatIllegalArgumentException().isThrownBy(() -> new LimitConnectionsByPeer(this.wrapped, -1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TimeoutFactory(this.wrapped, new Clock(), Duration.ofSeconds(-1)));
	}

	private static final class Overflow extends Told {

		@Override
		protected void connectionMade() {
			transport().write("full".getBytes(StandardCharsets.US_ASCII));
			transport().loseConnection();
		}

	}

}
