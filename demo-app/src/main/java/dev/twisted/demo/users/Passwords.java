package dev.twisted.demo.users;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import org.springframework.stereotype.Component;

/**
 * Makes of passwords what may be stored. That takes a while, on purpose, and so happens
 * in a thread of the pool.
 */
@Component
class Passwords {

	private static final int ITERATIONS = 100_000;

	private static final int BITS = 256;

	private final Reactor reactor;

	private final SecureRandom random = new SecureRandom();

	Passwords(Reactor reactor) {
		this.reactor = reactor;
	}

	/**
	 * Hash a password.
	 * @param password the password
	 * @return fires with its hash and the salt that it was made with
	 */
	Deferred<Hashed> hash(String password) {
		return this.reactor.deferToThread(() -> hashNow(password));
	}

	private Hashed hashNow(String password) throws GeneralSecurityException {
		byte[] salt = new byte[BITS / 8];
		this.random.nextBytes(salt);
		byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
			.generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, BITS))
			.getEncoded();
		return new Hashed(HexFormat.of().formatHex(hash), HexFormat.of().formatHex(salt));
	}

	/**
	 * A password as it is stored.
	 *
	 * @param password the hash
	 * @param salt what it was made with
	 */
	record Hashed(String password, String salt) {

		@Override
		public String toString() {
			return "secret";
		}

	}

}
