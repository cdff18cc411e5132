package dev.twisted.spread.pb;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.spread.cred.Anonymous;
import dev.twisted.spread.cred.Credentials;
import dev.twisted.spread.cred.Login;
import dev.twisted.spread.cred.LoginFailedException;
import dev.twisted.spread.cred.Portal;
import dev.twisted.spread.jelly.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * The root of a connection that has to log in first.
 */
final class PortalWrapper implements Referenceable {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final int CHALLENGE_LENGTH = 16;

	private final Portal<? extends Avatar> portal;

	private final Broker broker;

	PortalWrapper(Portal<? extends Avatar> portal, Broker broker) {
		this.portal = portal;
		this.broker = broker;
	}

	Tuple remote_login(Object username) throws RemoteException {
		byte[] challenge = new byte[CHALLENGE_LENGTH];
		RANDOM.nextBytes(challenge);
		return Tuple.of(challenge, new AuthChallenger(this, name(username), challenge));
	}

	private static String name(Object username) throws RemoteException {
		if (username instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		if (username instanceof String text) {
			return text;
		}
		throw ErrorTypes.typeError("A name is text or bytes");
	}

	Deferred<AsReferenceable> remote_loginAnonymous(@Nullable Object mind) {
		return login(new Anonymous(), mind);
	}

	Deferred<AsReferenceable> login(Credentials credentials, @Nullable Object mind) {
		if (!(mind instanceof RemoteReference reference)) {
			return login(this.portal, credentials, mind);
		}
		reference.keep();
		return login(this.portal, credentials, mind).doOnErrback((failure) -> reference.release());
	}

	private <A extends Avatar> Deferred<AsReferenceable> login(Portal<A> realm, Credentials credentials,
			@Nullable Object mind) {
		return realm.login(credentials, mind)
			.addCallback((login) -> admit(login, mind))
			.addErrback(PortalWrapper::refused);
	}

	/**
	 * Whoever is not in yet learns nothing of what goes wrong in here, unless it is meant
	 * for peers.
	 */
	private static AsReferenceable refused(Failure failure) throws Exception {
		if (failure.check(LoginFailedException.class, PBException.class, RemoteException.class) == null) {
			throw new IllegalStateException("The login could not be carried out", failure.value());
		}
		return failure.raiseException();
	}

	/** He is in until nobody holds his avatar any more, or the connection is lost. */
	private AsReferenceable admit(Login<? extends Avatar> login, @Nullable Object mind) {
		AsReferenceable avatar = new AsReferenceable(this.broker, login.avatar(), () -> {
			try {
				login.logout().run();
			}
			finally {
				if (mind instanceof RemoteReference reference) {
					reference.release();
				}
			}
		});
		this.broker.notifyOnDisconnect(avatar, avatar::logout);
		return avatar;
	}

}
