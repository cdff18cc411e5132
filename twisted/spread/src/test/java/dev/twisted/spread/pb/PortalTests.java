package dev.twisted.spread.pb;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.cred.AllowAnonymousAccess;
import dev.twisted.spread.cred.Anonymous;
import dev.twisted.spread.cred.InMemoryUsernamePasswordDatabase;
import dev.twisted.spread.cred.Login;
import dev.twisted.spread.cred.Portal;
import dev.twisted.spread.cred.UnhandledCredentialsException;
import dev.twisted.spread.cred.UsernamePassword;
import dev.twisted.task.Clock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Who gets in, and when he has gone.
 */
class PortalTests {

	private final Clock clock = new Clock();

	private final PBClientFactory client = new PBClientFactory(this.clock);

	private final List<WeakReference<User>> avatars = new ArrayList<>();

	private final List<String> logouts = new ArrayList<>();

	private final Deferred<Object> gate = new Deferred<>();

	private Broker clientBroker;

	private Wire wire;

	@Test
	void anAvatarThatWasGivenBackHasLoggedOutAndNothingIsLeftOfIt() {
		connect(BrokerOptions.defaults());
		RemoteReference avatar = login(new Anonymous(), null);
		assertThat(this.logouts).isEmpty();
		avatar.release();
		this.wire.pump();
		assertThat(this.logouts).containsExactly("anonymous");
		Awaitility.await().until(() -> {
			System.gc();
			return this.avatars.get(0).get() == null;
		});
		this.wire.lose(ConnectionDone.FAILURE);
		assertThat(this.logouts).hasSize(1);
	}

	@Test
	void whoLosesTheConnectionHasLoggedOutOnce() {
		connect(BrokerOptions.defaults());
		login(new Anonymous(), null);
		this.wire.lose(ConnectionDone.FAILURE);
		assertThat(this.logouts).containsExactly("anonymous");
	}

	@Test
	void whoHasGoneBeforeHeIsLetInHasLoggedOut() {
		connect(BrokerOptions.defaults());
		this.client.login(new UsernamePassword("slow", "pass"), null);
		this.wire.pump();
		assertThat(this.avatars).hasSize(1);
		this.wire.lose(ConnectionDone.FAILURE);
		assertThat(this.logouts).isEmpty();
		this.gate.callback(1);
		this.wire.turn();
		assertThat(this.logouts).containsExactly("slow");
	}

	@Test
	void whoDoesNotWantTheAnswerIsNotIn() {
		connect(BrokerOptions.defaults());
		root().callRemoteOnly("loginAnonymous", (Object) null);
		this.wire.pump();
		assertThat(this.logouts).containsExactly("anonymous");
	}

	@Test
	void anAvatarThatCannotBeSentHasLoggedOut() {
		connect(BrokerOptions.defaults().withMaxReferences(1));
		login(new Anonymous(), null);
		assertThat(Pair.failure(pumped(this.client.login(new Anonymous(), null))).getErrorMessage())
			.contains("Maximum PB reference count exceeded");
		assertThat(this.avatars).hasSize(2);
		assertThat(this.logouts).hasSize(1);
	}

	@Test
	void theMindIsKeptUntilTheLogoutAndNotAfterALoginThatFails() {
		connect(BrokerOptions.defaults());
		UsernamePassword wrong = new UsernamePassword("user1", "wrong");
		assertThat(Pair.failure(pumped(this.client.login(wrong, new TranscriptRoot.Counter())))
			.check("twisted.cred.error.UnauthorizedLogin")).isNotNull();
		assertThat(this.clientBroker.toString()).contains("0 references");
		RemoteReference avatar = login(new Anonymous(), new TranscriptRoot.Counter());
		assertThat(this.clientBroker.toString()).contains("1 references");
		avatar.release();
		this.wire.pump();
		assertThat(this.clientBroker.toString()).contains("0 references");
	}

	@Test
	void aChallengeCanBeRespondedToOnce() {
		connect(BrokerOptions.defaults());
		List<?> challenge = Pair.result(pumped(root().<List<?>>callRemote("login", Bytes.utf8("user1"))));
		RemoteReference challenger = (RemoteReference) challenge.get(1);
		byte[] response = ChallengeResponse.respond((byte[]) challenge.get(0), "pass1");
		assertThat(Pair.result(pumped(challenger.<RemoteReference>callRemote("respond", response, null)))).isNotNull();
		assertThat(Pair.failure(pumped(challenger.callRemote("respond", response, null))).getErrorMessage())
			.contains("has been responded to");
	}

	@Test
	void nobodyAnonymousGetsInUnlessThatIsAllowed() {
		this.wire = Wire.join(new PBServerFactory(this.clock, new Portal<User>((name, mind) -> {
			throw new AssertionError();
		}, List.of(new InMemoryUsernamePasswordDatabase(Map.of("user1", "pass1")))), BrokerOptions.defaults())
			.buildProtocol(null), this.client.buildProtocol(null));
		assertThat(Pair.failure(pumped(this.client.login(new Anonymous(), null)))
			.check(ErrorTypes.of(new UnhandledCredentialsException("")).get(0))).isNotNull();
	}

	@Test
	void aPortalNeedsACheckerForAnybodyToLogIn() {
		assertThatThrownBy(
				() -> new Portal<User>((name, mind) -> Deferred.fail(new IllegalStateException()), List.of()))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("no checkers");
	}

	@Test
	void whoIsNotInLearnsNothingOfWhatGoesWrongInside() {
		AtomicReference<Exception> inside = new AtomicReference<>(new IOException("jdbc:secret"));
		this.wire = Wire.join(new PBServerFactory(this.clock, new Portal<User>((name, mind) -> {
			throw inside.get();
		}, List.of(new AllowAnonymousAccess())), BrokerOptions.defaults()).buildProtocol(null),
				this.client.buildProtocol(null));
		assertThat(Pair.failure(pumped(this.client.login(new Anonymous(), null))).getErrorMessage())
			.doesNotContain("secret");
		inside.set(new PBException("closed on Sundays"));
		assertThat(Pair.failure(pumped(this.client.login(new Anonymous(), null))).getErrorMessage())
			.contains("closed on Sundays");
	}

	@Test
	void theMindIsGivenBackEvenIfTheLogoutFails() {
		Portal<User> portal = new Portal<>((name, mind) -> Deferred.succeed(new Login<>(new User("any"), () -> {
			throw new IllegalStateException("cannot go");
		})), List.of(new AllowAnonymousAccess()));
		this.clientBroker = (Broker) this.client.buildProtocol(null);
		this.wire = Wire.join(new PBServerFactory(this.clock, portal, BrokerOptions.defaults()).buildProtocol(null),
				this.clientBroker);
		login(new Anonymous(), new TranscriptRoot.Counter()).release();
		this.wire.pump();
		assertThat(this.clientBroker.toString()).contains("0 references");
		assertThat(this.wire.reason).isNull();
	}

	private void connect(BrokerOptions options) {
		Portal<User> portal = new Portal<>((avatarId, mind) -> {
			String name = (avatarId != null) ? avatarId : "anonymous";
			User user = new User(name);
			this.avatars.add(new WeakReference<>(user));
			Login<User> login = new Login<>(user, () -> this.logouts.add(name));
			return name.equals("slow") ? this.gate.<Login<User>>addCallback((opened) -> login)
					: Deferred.succeed(login);
		}, List.of(new InMemoryUsernamePasswordDatabase(Map.of("user1", "pass1", "slow", "pass")),
				new AllowAnonymousAccess()));
		this.clientBroker = (Broker) this.client.buildProtocol(null);
		this.wire = Wire.join(new PBServerFactory(this.clock, portal, options).buildProtocol(null), this.clientBroker);
	}

	private RemoteReference root() {
		return Pair.result(this.client.getRootObject());
	}

	private RemoteReference login(Anonymous credentials, Object mind) {
		return Pair.result(pumped(this.client.login(credentials, mind)));
	}

	private <T> Deferred<T> pumped(Deferred<T> deferred) {
		this.wire.pump();
		return deferred;
	}

	/** Somebody who is in. */
	private static final class User implements Avatar {

		private final String name;

		User(String name) {
			this.name = name;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
