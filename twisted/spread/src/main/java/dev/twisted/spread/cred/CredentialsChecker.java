package dev.twisted.spread.cred;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose credentials these are. Follows Twisted's {@code ICredentialsChecker}.
 *
 * @param <C> the credentials it can check
 */
public interface CredentialsChecker<C extends Credentials> {

	/**
	 * Which credentials this can check.
	 * @return their type
	 */
	Class<C> credentialsType();

	/**
	 * Check credentials.
	 * @param credentials what was shown
	 * @return fires with the name of whom they belong to, {@code null} for nobody in
	 * particular, or with an {@link UnauthorizedLoginException}
	 * @throws Exception if they could not be checked
	 */
	Deferred<@Nullable String> requestAvatarId(C credentials) throws Exception;

}
