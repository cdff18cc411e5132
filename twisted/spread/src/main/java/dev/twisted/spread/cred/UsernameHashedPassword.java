package dev.twisted.spread.cred;

/**
 * A name, and a proof that somebody knows the password, which itself was not shown.
 * Follows Twisted's {@code IUsernameHashedPassword} and {@code IUsernameMD5Password}.
 */
public interface UsernameHashedPassword extends Credentials {

	/**
	 * Who it is said to be.
	 * @return the name
	 */
	String username();

	/**
	 * Compare with the password.
	 * @param password the right one, as it is
	 * @return whether it was proved to be known
	 */
	boolean checkPassword(String password);

	/**
	 * Compare with a hash of the password.
	 * @param md5Password the MD5 hash of the right one's UTF-8 bytes
	 * @return whether the password was proved to be known
	 */
	boolean checkMD5Password(byte[] md5Password);

}
