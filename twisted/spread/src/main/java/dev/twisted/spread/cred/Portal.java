package dev.twisted.spread.cred;

import java.util.List;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * The door between those who want in and a {@link Realm}. Follows Twisted's class of this
 * name.
 *
 * @param <A> what stands for somebody
 */
public final class Portal<A> {

	private final Realm<A> realm;

	private final List<CredentialsChecker<?>> checkers;

	/**
	 * Make a portal.
	 * @param realm what it leads to
	 * @param checkers who looks at credentials; the first that can check some does
	 * @throws IllegalArgumentException if there are none
	 */
	public Portal(Realm<A> realm, List<? extends CredentialsChecker<?>> checkers) {
		this.realm = realm;
		this.checkers = List.copyOf(checkers);
		if (this.checkers.isEmpty()) {
			throw new IllegalArgumentException("Nobody could log in at a portal that has no checkers");
		}
	}

	/**
	 * Let somebody in, or not.
	 * @param credentials what he shows
	 * @param mind what he has sent along, {@code null} for nothing
	 * @return fires with what stands for him, or with a {@link LoginFailedException}
	 */
	public Deferred<Login<A>> login(Credentials credentials, @Nullable Object mind) {
		for (CredentialsChecker<?> checker : this.checkers) {
			if (checker.credentialsType().isInstance(credentials)) {
				return Deferred.<@Nullable String>maybeDeferred(() -> check(checker, credentials))
					.compose((avatarId) -> this.realm.requestAvatar(avatarId, mind));
			}
		}
		return Deferred.fail(new UnhandledCredentialsException("No checker for %s".formatted(name(credentials))));
	}

	private static String name(Credentials credentials) {
		return (credentials instanceof UsernameHashedPassword) ? "a name and the hash of a password"
				: credentials.getClass().getSimpleName();
	}

	private static <C extends Credentials> Deferred<@Nullable String> check(CredentialsChecker<C> checker,
			Credentials credentials) throws Exception {
		return checker.requestAvatarId(checker.credentialsType().cast(credentials));
	}

}
