package dev.twisted.internet.ssl;

/**
 * Whether a server asks its clients for a certificate.
 */
public enum ClientAuth {

	/** It does not. */
	NONE,

	/** It does, but takes clients without one; one that is shown has to be valid. */
	WANT,

	/** It does, and takes nobody without one. */
	NEED

}
