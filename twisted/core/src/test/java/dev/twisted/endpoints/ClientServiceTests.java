package dev.twisted.endpoints;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Callback;
import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.endpoints.ClientService.State;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.task.Clock;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ClientServiceTests {

	private static final Exception REFUSED = new IllegalStateException("refused");

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final Clock clock = new Clock();

	private final FakeEndpoint endpoint = new FakeEndpoint();

	private final List<Protocol> built = new ArrayList<>();

	private final Factory factory = new Factory() {

		@Override
		public Protocol buildProtocol(Address address) {
			Protocol protocol = new Protocol() {
			};
			ClientServiceTests.this.built.add(protocol);
			return protocol;
		}

	};

	private final ClientService service = service(null);

	private ClientService service(Callback<? super Protocol, ?> prepare) {
		return new ClientService(this.endpoint, this.factory, (failures) -> SECOND.multipliedBy(failures), this.clock,
				prepare);
	}

	@Test
	void nothingIsConnectedBeforeTheStart() {
		assertThat(this.service.state()).isEqualTo(State.INIT);
		assertThat(this.endpoint.attempts).isEmpty();
	}

	@Test
	void aStartedServiceConnectsAndGivesWhoWaitsTheProtocolOfTheFactory() {
		Outcome early = Outcome.of(this.service.whenConnected());
		this.service.startService();
		Outcome waiting = Outcome.of(this.service.whenConnected());
		assertThat(this.service.state()).isEqualTo(State.CONNECTING);
		assertThat(early.none()).isTrue();
		this.endpoint.last().succeed();
		assertThat(this.service.state()).isEqualTo(State.CONNECTED);
		assertThat(early.value()).isSameAs(this.built.get(0));
		assertThat(waiting.value()).isSameAs(this.built.get(0));
		assertThat(Outcome.of(this.service.whenConnected()).value()).isSameAs(this.built.get(0));
	}

	@Test
	void aSecondStartDoesNothing() {
		this.service.startService();
		this.service.startService();
		this.endpoint.last().succeed();
		this.service.startService();
		assertThat(this.endpoint.attempts).hasSize(1);
		this.endpoint.last().lose();
		this.service.startService();
		assertThat(this.endpoint.attempts).hasSize(1);
	}

	@Test
	void failedAttemptsAreRepeatedAfterWhatThePolicySays() {
		this.service.startService();
		this.endpoint.last().fail(REFUSED);
		assertThat(this.service.state()).isEqualTo(State.WAITING);
		assertThat(this.service.lastFailure().value()).isSameAs(REFUSED);
		this.clock.advance(SECOND);
		assertThat(this.endpoint.attempts).hasSize(2);
		this.endpoint.last().fail(REFUSED);
		this.clock.advance(SECOND);
		assertThat(this.endpoint.attempts).hasSize(2);
		this.clock.advance(SECOND);
		assertThat(this.endpoint.attempts).hasSize(3);
		assertThat(this.service.failedAttempts()).isEqualTo(2);
		this.endpoint.last().succeed();
		assertThat(this.service.failedAttempts()).isZero();
	}

	@Test
	void aLostConnectionIsMadeAgainWithTheFirstDelay() {
		this.service.startService();
		this.endpoint.last().fail(REFUSED);
		this.clock.advance(SECOND);
		this.endpoint.last().succeed();
		this.endpoint.last().lose();
		assertThat(this.service.state()).isEqualTo(State.WAITING);
		assertThat(this.service.lastFailure().value()).isInstanceOf(ConnectionDone.class);
		this.clock.advance(SECOND);
		assertThat(this.endpoint.attempts).hasSize(3);
		Outcome next = Outcome.of(this.service.whenConnected());
		this.endpoint.last().succeed();
		assertThat(next.value()).isSameAs(this.built.get(1));
	}

	@Test
	void theLogSaysInWordsHowItIsConnected() {
		Logger logger = (Logger) LoggerFactory.getLogger(ClientService.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		Level before = logger.getLevel();
		logger.setLevel(Level.INFO);
		try {
			this.service.setName("Client 'robot'");
			this.service.startService();
			this.endpoint.last().fail(REFUSED);
			this.clock.advance(SECOND);
			this.endpoint.last().succeed();
		}
		finally {
			logger.detachAppender(log);
			logger.setLevel(before);
		}
		assertThat(log.list).map(ILoggingEvent::getFormattedMessage)
			.containsExactly("Client 'robot' has no connection to %s (%s) and connects again in 1.0 s"
				.formatted(this.endpoint, REFUSED), "Client 'robot' connected to " + this.endpoint);
		assertThat(log.list).map(ILoggingEvent::getLevel).containsOnly(Level.INFO);
	}

	@Test
	void whoWaitsForSoManyFailuresGetsTheLastOfThem() {
		this.service.startService();
		Outcome first = Outcome.of(this.service.whenConnected(1));
		Outcome second = Outcome.of(this.service.whenConnected(2));
		Outcome forever = Outcome.of(this.service.whenConnected());
		this.endpoint.last().fail(new IllegalStateException("one"));
		assertThat(first.exception()).hasMessage("one");
		assertThat(second.none()).isTrue();
		this.clock.advance(SECOND);
		this.endpoint.last().fail(REFUSED);
		assertThat(second.exception()).isSameAs(REFUSED);
		assertThat(forever.none()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> this.service.whenConnected(0));
	}

	@Test
	void whoNoLongerWaitsIsForgottenAndNobodyElseIs() {
		this.service.startService();
		Deferred<Protocol> impatient = this.service.whenConnected();
		Outcome patient = Outcome.of(this.service.whenConnected());
		impatient.cancel();
		assertThat(Outcome.of(impatient).exception()).isInstanceOf(CancelledException.class);
		this.endpoint.last().succeed();
		assertThat(patient.value()).isNotNull();
		assertThat(this.endpoint.attempts.get(0).cancelled).isFalse();
	}

	@Test
	void stoppingBeforeTheStartIsDoneAtOnce() {
		Outcome waiting = Outcome.of(this.service.whenConnected());
		assertThat(Outcome.of(this.service.stopService()).value()).isEqualTo("null");
		assertThat(waiting.exception()).isInstanceOf(CancelledException.class);
		assertThat(this.service.state()).isEqualTo(State.STOPPED);
		assertThat(Outcome.of(this.service.stopService()).value()).isEqualTo("null");
	}

	@Test
	void stoppingWhileConnectingCancelsTheAttempt() {
		this.service.startService();
		Outcome waiting = Outcome.of(this.service.whenConnected());
		Outcome stopped = Outcome.of(this.service.stopService());
		assertThat(this.endpoint.last().cancelled).isTrue();
		assertThat(stopped.value()).isEqualTo("null");
		assertThat(waiting.exception()).isInstanceOf(CancelledException.class);
		assertThat(this.service.state()).isEqualTo(State.STOPPED);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void stoppingWhileWaitingTakesTheRetryBack() {
		this.service.startService();
		this.endpoint.last().fail(REFUSED);
		Outcome waiting = Outcome.of(this.service.whenConnected());
		assertThat(Outcome.of(this.service.stopService()).value()).isEqualTo("null");
		assertThat(waiting.exception()).isInstanceOf(CancelledException.class);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void stoppingWhileConnectedIsDoneWhenTheConnectionIsGone() {
		this.service.startService();
		this.endpoint.last().succeed();
		Outcome stopped = Outcome.of(this.service.stopService());
		Outcome again = Outcome.of(this.service.stopService());
		assertThat(this.service.state()).isEqualTo(State.DISCONNECTING);
		assertThat(this.endpoint.last().transport.calls).containsExactly("loseConnection");
		assertThat(stopped.none()).isTrue();
		Outcome waiting = Outcome.of(this.service.whenConnected());
		this.endpoint.last().lose();
		assertThat(stopped.value()).isEqualTo("null");
		assertThat(again.value()).isEqualTo("null");
		assertThat(waiting.exception()).isInstanceOf(CancelledException.class);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aStoppedServiceHasNoConnectionToGive() {
		this.service.stopService();
		assertThat(Outcome.of(this.service.whenConnected()).exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aStoppedServiceCanBeStartedAgain() {
		this.service.startService();
		this.endpoint.last().succeed();
		this.service.stopService();
		this.endpoint.last().lose();
		this.service.startService();
		this.endpoint.last().succeed();
		assertThat(Outcome.of(this.service.whenConnected()).value()).isSameAs(this.built.get(1));
	}

	@Test
	void startedAgainWhileDisconnectingItConnectsOnceTheOldConnectionIsGone() {
		this.service.startService();
		this.endpoint.last().succeed();
		Outcome stopped = Outcome.of(this.service.stopService());
		this.service.startService();
		this.service.startService();
		assertThat(this.service.state()).isEqualTo(State.RESTARTING);
		Outcome waiting = Outcome.of(this.service.whenConnected());
		assertThat(this.endpoint.attempts).hasSize(1);
		this.endpoint.last().lose();
		assertThat(stopped.value()).isEqualTo("null");
		assertThat(this.endpoint.attempts).hasSize(2);
		this.endpoint.last().succeed();
		assertThat(waiting.value()).isSameAs(this.built.get(1));
	}

	@Test
	void stoppedAgainWhileRestartingItStaysStopped() {
		this.service.startService();
		this.endpoint.last().succeed();
		this.service.stopService();
		this.service.startService();
		Outcome stopped = Outcome.of(this.service.stopService());
		this.endpoint.last().lose();
		assertThat(stopped.value()).isEqualTo("null");
		assertThat(this.endpoint.attempts).hasSize(1);
		assertThat(this.service.state()).isEqualTo(State.STOPPED);
	}

	@Test
	void nobodyGetsAConnectionBeforeItIsPrepared() {
		Deferred<Object> login = new Deferred<>();
		List<Protocol> preparedWith = new ArrayList<>();
		ClientService preparing = service((protocol) -> {
			preparedWith.add(protocol);
			return login;
		});
		preparing.startService();
		Outcome waiting = Outcome.of(preparing.whenConnected());
		this.endpoint.last().succeed();
		assertThat(preparedWith).isEqualTo(this.built);
		assertThat(waiting.none()).isTrue();
		login.callback("welcome");
		assertThat(waiting.value()).isSameAs(this.built.get(0));
	}

	@Test
	void aConnectionThatIsRejectedIsClosedAndCountsAsAFailure() {
		ClientService preparing = service((protocol) -> {
			throw REFUSED;
		});
		preparing.startService();
		Outcome waiting = Outcome.of(preparing.whenConnected(1));
		this.endpoint.last().succeed();
		assertThat(waiting.exception()).isSameAs(REFUSED);
		assertThat(this.endpoint.last().transport.calls).containsExactly("loseConnection");
		assertThat(preparing.state()).isEqualTo(State.WAITING);
		this.endpoint.last().lose();
		assertThat(preparing.failedAttempts()).isEqualTo(1);
		assertThat(this.clock.getDelayedCalls()).hasSize(1);
	}

	@Test
	void aConnectionLostWhileBeingPreparedIsAFailureWithThatReason() {
		List<String> cancelled = new ArrayList<>();
		ClientService preparing = service((protocol) -> new Deferred<Object>((login) -> cancelled.add("login")));
		preparing.startService();
		Outcome waiting = Outcome.of(preparing.whenConnected(1));
		this.endpoint.last().succeed();
		this.endpoint.last().lose(new Failure(new ConnectionLost(null)));
		assertThat(cancelled).containsExactly("login");
		assertThat(waiting.exception()).isInstanceOf(ConnectionLost.class);
		assertThat(preparing.state()).isEqualTo(State.WAITING);
	}

	@Test
	void stoppingWhilePreparingLosesTheConnectionAndWaitsForThat() {
		ClientService preparing = service((protocol) -> new Deferred<>());
		preparing.startService();
		this.endpoint.last().succeed();
		Outcome stopped = Outcome.of(preparing.stopService());
		assertThat(this.endpoint.last().transport.calls).containsExactly("loseConnection");
		assertThat(stopped.none()).isTrue();
		this.endpoint.last().lose();
		assertThat(stopped.value()).isEqualTo("null");
		assertThat(preparing.state()).isEqualTo(State.STOPPED);
	}

	@Test
	void aPolicyThatThrowsDoesNotEndTheRetries() {
		ClientService careless = new ClientService(this.endpoint, this.factory, (failures) -> {
			throw new IllegalStateException("no idea");
		}, this.clock, null);
		careless.startService();
		this.endpoint.last().fail(REFUSED);
		this.clock.advance(Duration.ofSeconds(60));
		assertThat(this.endpoint.attempts).hasSize(2);
	}

	@Test
	void aServiceMayBeStoppedByWhoGetsItsConnection() {
		List<Deferred<Void>> stopped = new ArrayList<>();
		this.service.startService();
		Deferred<Protocol> connected = this.service.whenConnected();
		connected.doOnCallback((protocol) -> stopped.add(this.service.stopService()));
		this.endpoint.last().succeed();
		assertThat(this.service.state()).isEqualTo(State.DISCONNECTING);
		this.endpoint.last().lose();
		assertThat(Outcome.of(stopped.get(0)).value()).isEqualTo("null");
	}

}
