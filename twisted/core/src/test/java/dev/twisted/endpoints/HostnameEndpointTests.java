package dev.twisted.endpoints;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectingCancelledException;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.task.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HostnameEndpointTests {

	private static final Duration DELAY = Duration.ofMillis(250);

	private final Clock clock = new Clock();

	private final Deferred<List<InetAddress>> resolving = new Deferred<>();

	private final List<String> tried = new ArrayList<>();

	private final Map<String, FakeEndpoint> endpoints = new HashMap<>();

	private final HostnameEndpoint endpoint = endpoint("host.example");

	private HostnameEndpoint endpoint(String host) {
		return new HostnameEndpoint(this.clock, (name) -> this.resolving, new HostAndPort(host, 7),
				HostnameEndpoint.Options.DEFAULTS, this::attempt);
	}

	private StreamClientEndpoint attempt(InetAddress address) {
		String host = address.getHostAddress().replaceAll("(:0)+:", "::");
		this.tried.add(host);
		FakeEndpoint attempt = new FakeEndpoint();
		this.endpoints.put(host, attempt);
		return attempt;
	}

	private FakeEndpoint.Attempt at(String host) {
		return this.endpoints.get(host).last();
	}

	private Deferred<Protocol> connect() {
		return this.endpoint.connect(Factory.forProtocol(() -> new Protocol() {
		}));
	}

	private void resolve(String... addresses) {
		List<InetAddress> resolved = new ArrayList<>();
		for (String address : addresses) {
			try {
				resolved.add(InetAddress.getByName(address));
			}
			catch (UnknownHostException ex) {
				throw new AssertionError(ex);
			}
		}
		this.resolving.callback(resolved);
	}

	@Test
	void theFamiliesTakeTurnsBeginningWithTheFirst() {
		Deferred<Protocol> connecting = connect();
		resolve("2001:db8::1", "2001:db8::2", "10.0.0.1", "2001:db8::3", "10.0.0.1");
		this.clock.pump(DELAY, DELAY, DELAY, DELAY);
		assertThat(this.tried).containsExactly("2001:db8::1", "10.0.0.1", "2001:db8::2", "2001:db8::3");
		connecting.cancel();
		assertThat(Outcome.of(connecting).exception()).isInstanceOf(ConnectingCancelledException.class);
	}

	@Test
	void theNextAddressIsTriedWhenTheOneBeforeHasHadItsTime() {
		Outcome outcome = Outcome.of(connect());
		resolve("10.0.0.1", "10.0.0.2");
		assertThat(this.tried).containsExactly("10.0.0.1");
		this.clock.advance(DELAY.minusMillis(1));
		assertThat(this.tried).hasSize(1);
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.tried).containsExactly("10.0.0.1", "10.0.0.2");
		at("10.0.0.1").succeed();
		assertThat(outcome.value()).isInstanceOf(Protocol.class);
	}

	@Test
	void theFirstConnectionWinsAndTheOthersAreGivenUp() {
		Outcome outcome = Outcome.of(connect());
		resolve("10.0.0.1", "10.0.0.2", "10.0.0.3");
		this.clock.advance(DELAY);
		at("10.0.0.2").succeed();
		assertThat(outcome.none()).isFalse();
		assertThat(at("10.0.0.1").cancelled).isTrue();
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.tried).hasSize(2);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aFailedAddressIsFollowedByTheNextAtOnce() {
		Outcome outcome = Outcome.of(connect());
		resolve("10.0.0.1", "10.0.0.2", "10.0.0.3");
		at("10.0.0.1").fail(new IllegalStateException("refused"));
		assertThat(this.tried).containsExactly("10.0.0.1", "10.0.0.2");
		this.clock.advance(DELAY.minusMillis(1));
		assertThat(this.tried).hasSize(2);
		at("10.0.0.2").succeed();
		assertThat(outcome.value()).isNotNull();
	}

	@Test
	void whenAllFailTheLastFailureCarriesTheOthers() {
		Outcome outcome = Outcome.of(connect());
		resolve("10.0.0.1", "10.0.0.2");
		this.clock.advance(DELAY);
		at("10.0.0.2").fail(new IllegalStateException("two"));
		assertThat(outcome.none()).isTrue();
		at("10.0.0.1").fail(new IllegalStateException("one"));
		assertThat(outcome.exception()).hasMessage("one");
		assertThat(outcome.exception().getSuppressed()).singleElement()
			.satisfies((other) -> assertThat(other).hasMessage("two"));
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void oneTimeLimitHoldsForAllOfIt() {
		Outcome outcome = Outcome.of(connect());
		this.clock.advance(Duration.ofSeconds(20));
		resolve("10.0.0.1", "10.0.0.2");
		this.clock.advance(Duration.ofSeconds(10));
		assertThat(outcome.exception()).isInstanceOf(TimeoutException.class).hasMessageContaining("host.example:7");
		assertThat(at("10.0.0.1").cancelled).isTrue();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aLookupThatTakesTooLongIsGivenUp() {
		Outcome outcome = Outcome.of(connect());
		this.clock.advance(Duration.ofSeconds(30));
		assertThat(outcome.exception()).isInstanceOf(TimeoutException.class);
		assertThat(this.resolving.called()).isTrue();
	}

	@Test
	void aNameWithoutAddressIsALookupFailure() {
		Outcome outcome = Outcome.of(connect());
		resolve();
		assertThat(outcome.exception()).isInstanceOf(DNSLookupException.class)
			.hasMessage("no results for hostname lookup: host.example");
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aLookupThatFailsIsALookupFailure() {
		Outcome outcome = Outcome.of(connect());
		IllegalStateException cause = new IllegalStateException("no server");
		this.resolving.errback(cause);
		assertThat(outcome.exception()).isInstanceOf(DNSLookupException.class).hasCause(cause);
	}

	@Test
	void aResolverThatThrowsIsALookupFailure() {
		HostnameEndpoint broken = this.endpoint.withResolver((name) -> {
			throw new IllegalStateException("broken");
		});
		Outcome outcome = Outcome.of(broken.connect(Factory.forProtocol(() -> new Protocol() {
		})));
		assertThat(outcome.exception()).isInstanceOf(DNSLookupException.class).hasMessageContaining("broken");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a..b", "\u0000" })
	void aNameThatIsNoneFailsAndIsNotLookedUp(String host) {
		Outcome outcome = Outcome.of(endpoint(host).connect(Factory.forProtocol(() -> new Protocol() {
		})));
		assertThat(outcome.exception()).isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("invalid hostname");
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aNameInAnyLanguageIsLookedUpAsTheNameServiceKnowsIt() {
		List<String> asked = new ArrayList<>();
		HostnameEndpoint named = endpoint("bücher.example").withResolver((name) -> {
			asked.add(name);
			return this.resolving;
		});
		Deferred<Protocol> connecting = named.connect(Factory.forProtocol(() -> new Protocol() {
		}));
		assertThat(asked).containsExactly("xn--bcher-kva.example");
		connecting.cancel();
		Outcome.of(connecting);
	}

	@Test
	void cancellingDuringTheLookupEndsIt() {
		Deferred<Protocol> connecting = connect();
		connecting.cancel();
		assertThat(Outcome.of(connecting).exception()).isInstanceOf(ConnectingCancelledException.class);
		assertThat(this.resolving.called()).isTrue();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void cancellingDuringTheAttemptsEndsThemAll() {
		Deferred<Protocol> connecting = connect();
		resolve("10.0.0.1", "10.0.0.2", "10.0.0.3");
		this.clock.advance(DELAY);
		connecting.cancel();
		assertThat(Outcome.of(connecting).exception()).isInstanceOf(ConnectingCancelledException.class);
		assertThat(at("10.0.0.1").cancelled).isTrue();
		assertThat(at("10.0.0.2").cancelled).isTrue();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aCopyWithOneThingDifferentKeepsTheRest() {
		HostnameEndpoint changed = this.endpoint.withAttemptDelay(Duration.ofSeconds(2))
			.withTimeout(Duration.ofSeconds(5));
		Outcome outcome = Outcome.of(changed.connect(Factory.forProtocol(() -> new Protocol() {
		})));
		resolve("10.0.0.1", "10.0.0.2");
		this.clock.advance(Duration.ofMillis(1999));
		assertThat(this.tried).hasSize(1);
		this.clock.pump(Duration.ofMillis(1), Duration.ofSeconds(3));
		assertThat(this.tried).hasSize(2);
		assertThat(outcome.exception()).isInstanceOf(TimeoutException.class);
	}

}
