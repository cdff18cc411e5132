package dev.twisted.spread.cred;

/**
 * A name and a password as they are. Follows Twisted's class of this name.
 *
 * @param username the name
 * @param password the password
 */
public record UsernamePassword(String username, String password) implements Credentials {

	/** Passwords do not belong into logs. */
	@Override
	public String toString() {
		return "UsernamePassword[username=%s]".formatted(this.username);
	}

}
