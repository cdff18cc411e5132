package dev.twisted.spread.cred;

import java.util.Map;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Knows some people and their passwords. Follows Twisted's
 * {@code InMemoryUsernamePasswordDatabaseDontUse}, whose name says what to think of it.
 */
public final class InMemoryUsernamePasswordDatabase implements CredentialsChecker<UsernameHashedPassword> {

	private final Map<String, String> passwords;

	/**
	 * Make the database.
	 * @param passwords the passwords by the names
	 */
	public InMemoryUsernamePasswordDatabase(Map<String, String> passwords) {
		this.passwords = Map.copyOf(passwords);
	}

	@Override
	public Class<UsernameHashedPassword> credentialsType() {
		return UsernameHashedPassword.class;
	}

	@Override
	public Deferred<@Nullable String> requestAvatarId(UsernameHashedPassword credentials) {
		String password = this.passwords.get(credentials.username());
		if (password == null || !credentials.checkPassword(password)) {
			return Deferred.fail(new UnauthorizedLoginException());
		}
		return Deferred.succeed(credentials.username());
	}

}
