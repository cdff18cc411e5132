package dev.twisted.spread.cred;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody in who shows nothing. Follows Twisted's class of this name.
 */
public final class AllowAnonymousAccess implements CredentialsChecker<Anonymous> {

	@Override
	public Class<Anonymous> credentialsType() {
		return Anonymous.class;
	}

	@Override
	public Deferred<@Nullable String> requestAvatarId(Anonymous credentials) {
		return Deferred.<@Nullable String>succeed(null);
	}

}
