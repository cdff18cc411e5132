package dev.twisted.web.client;

/**
 * A body was read whose end nothing tells but the end of the connection. It may be
 * complete. Follows Twisted's {@code PartialDownloadError}.
 */
public final class PartialDownloadException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final byte[] response;

	/**
	 * Make the exception.
	 * @param status the status of the response
	 * @param phrase what the server says about it
	 * @param response what was read
	 */
	public PartialDownloadException(int status, String phrase, byte[] response) {
		super("%d %s: whether these %d bytes are the whole body cannot be known".formatted(status, phrase,
				response.length));
		this.status = status;
		this.response = response;
	}

	/**
	 * The status of the response.
	 * @return such as 200
	 */
	public int status() {
		return this.status;
	}

	/**
	 * What was read.
	 * @return the bytes
	 */
	public byte[] response() {
		return this.response;
	}

}
