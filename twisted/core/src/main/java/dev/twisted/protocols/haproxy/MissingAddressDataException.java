package dev.twisted.protocols.haproxy;

/**
 * A header of the PROXY protocol has no addresses, or none that can be read. Follows
 * Twisted's {@code MissingAddressData}.
 */
public final class MissingAddressDataException extends InvalidProxyHeaderException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong with the header
	 */
	public MissingAddressDataException(String message) {
		super(message);
	}

}
