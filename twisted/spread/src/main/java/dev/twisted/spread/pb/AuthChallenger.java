package dev.twisted.spread.pb;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import dev.twisted.defer.Deferred;
import dev.twisted.spread.cred.UsernameHashedPassword;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the answer to a challenge, which proves that somebody knows a password. It
 * can be tried once.
 */
final class AuthChallenger implements Referenceable, UsernameHashedPassword {

	private final PortalWrapper portal;

	private final String username;

	private final byte[] challenge;

	private byte @Nullable [] response;

	AuthChallenger(PortalWrapper portal, String username, byte[] challenge) {
		this.portal = portal;
		this.username = username;
		this.challenge = challenge;
	}

	Deferred<AsReferenceable> remote_respond(byte[] response, @Nullable Object mind) throws PBException {
		if (this.response != null) {
			throw new PBException("This challenge has been responded to");
		}
		this.response = response;
		return this.portal.login(this, mind);
	}

	@Override
	public String username() {
		return this.username;
	}

	@Override
	public boolean checkPassword(String password) {
		return checkMD5Password(ChallengeResponse.md5(password.getBytes(StandardCharsets.UTF_8)));
	}

	@Override
	public boolean checkMD5Password(byte[] md5Password) {
		byte[] given = this.response;
		return given != null && MessageDigest.isEqual(given, ChallengeResponse.md5(md5Password, this.challenge));
	}

}
