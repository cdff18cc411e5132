package dev.twisted.spread.pb;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How a password is proved without showing it: MD5, as the protocol has it.
 */
final class ChallengeResponse {

	private ChallengeResponse() {
	}

	static byte[] respond(byte[] challenge, String password) {
		return md5(md5(password.getBytes(StandardCharsets.UTF_8)), challenge);
	}

	static byte[] md5(byte[]... pieces) {
		try {
			MessageDigest digest = MessageDigest.getInstance("MD5");
			for (byte[] piece : pieces) {
				digest.update(piece);
			}
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has MD5", ex);
		}
	}

}
