package dev.twisted.internet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Failure;
import dev.twisted.task.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class ReconnectingClientFactoryTests {

	private static final Failure REASON = ConnectionDone.FAILURE;

	private final Clock clock = new Clock();

	private final FakeConnector connector = new FakeConnector();

	private double chance;

	private final ReconnectingClientFactory factory = new ReconnectingClientFactory(() -> this.chance) {

		@Override
		public Protocol buildProtocol(Address address) {
			return null;
		}

	};

	ReconnectingClientFactoryTests() {
		this.factory.setClock(this.clock);
	}

	/** Fail, and wait for the next attempt. */
	private double failAndMeasure() {
		this.factory.clientConnectionFailed(this.connector, REASON);
		Duration due = this.clock.getDelayedCalls().get(0).getTime().minus(this.clock.seconds());
		this.clock.advance(due);
		return due.toNanos() / 1e9;
	}

	@Test
	void theDelaysAreThoseOfTwisted() {
		double[] expected = { 2.718, 7.389, 20.086, 54.598, 148.413, 403.429, 1096.633, 2980.958, 3600, 3600 };
		for (double delay : expected) {
			assertThat(failAndMeasure()).isCloseTo(delay, within(0.001));
		}
		assertThat(this.connector.calls).hasSize(expected.length).containsOnly("connect");
	}

	@Test
	void aLostConnectionIsMadeAgainToo() {
		this.factory.clientConnectionLost(this.connector, REASON);
		this.clock.advance(Duration.ofSeconds(3));
		assertThat(this.connector.calls).containsExactly("connect");
	}

	@Test
	void onlyAResetMakesTheDelayShortAgain() {
		failAndMeasure();
		failAndMeasure();
		assertThat(this.factory.retries()).isEqualTo(2);
		this.factory.resetDelay();
		assertThat(this.factory.retries()).isZero();
		assertThat(failAndMeasure()).isCloseTo(Math.E, within(0.001));
	}

	@Test
	void soManyRetriesAreMadeAndNoMore() {
		this.factory.setMaxRetries(2);
		failAndMeasure();
		failAndMeasure();
		this.factory.clientConnectionFailed(this.connector, REASON);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		this.factory.resetDelay();
		failAndMeasure();
		assertThat(this.connector.calls).hasSize(3);
	}

	@Test
	void stopTryingTakesTheRetryBackAndStopsConnecting() {
		this.factory.clientConnectionFailed(this.connector, REASON);
		this.factory.stopTrying();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		assertThat(this.connector.calls).containsExactly("stopConnecting");
		this.factory.clientConnectionFailed(this.connector, REASON);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void stopTryingLeavesAConnectionThatIsThereAlone() {
		this.factory.startedConnecting(this.connector);
		this.connector.connected = true;
		this.factory.stopTrying();
		assertThat(this.connector.calls).containsExactly("stopConnecting");
	}

	@Test
	void aRetryThatIsWaitedForIsNotDoubled() {
		this.factory.clientConnectionFailed(this.connector, REASON);
		this.factory.retry(this.connector);
		assertThat(this.clock.getDelayedCalls()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(doubles = { -1000, -10, -1, 0, 1, 10, 1000 })
	void chanceMakesNoDelayNegativeOrLongerThanTheLongest(double chance) {
		this.chance = chance;
		for (int i = 0; i < 20; i++) {
			assertThat(failAndMeasure()).isBetween(0.0, 3600.0);
		}
	}

	@Test
	void chanceChangesOneDelayAndNotTheNext() {
		this.chance = 1;
		assertThat(failAndMeasure()).isCloseTo(Math.E * 1.119626565582, within(0.001));
		this.chance = 0;
		assertThat(failAndMeasure()).isCloseTo(7.389, within(0.001));
	}

	@Test
	void valuesThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.factory.setFactor(0.9));
		assertThatIllegalArgumentException().isThrownBy(() -> this.factory.setJitter(-0.1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.factory.setMaxRetries(-2));
		assertThatIllegalArgumentException().isThrownBy(() -> this.factory.setMaxDelay(Duration.ofSeconds(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.factory.setInitialDelay(Duration.ofSeconds(-1)));
	}

	private static final class FakeConnector implements Connector {

		private final List<String> calls = new ArrayList<>();

		private boolean connected;

		@Override
		public void connect() {
			this.calls.add("connect");
		}

		@Override
		public void disconnect() {
			this.calls.add("disconnect");
		}

		@Override
		public void stopConnecting() {
			this.calls.add("stopConnecting");
			if (this.connected) {
				throw new NotConnectingException("connected");
			}
		}

		@Override
		public HostAndPort getDestination() {
			return new HostAndPort("127.0.0.1", 1);
		}

		@Override
		public Reactor reactor() {
			throw new IllegalStateException("The clock was given");
		}

	}

}
