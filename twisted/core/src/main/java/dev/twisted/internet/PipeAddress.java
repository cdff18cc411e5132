package dev.twisted.internet;

/**
 * One end of a conversation through pipes, as those of standard input and output. Follows
 * Twisted's {@code PipeAddress}.
 */
public record PipeAddress() implements Address {

	@Override
	public String type() {
		return "PIPE";
	}

	/**
	 * Pipes have no host.
	 * @return an empty string
	 */
	@Override
	public String host() {
		return "";
	}

	/**
	 * Pipes have no port.
	 * @return 0
	 */
	@Override
	public int port() {
		return 0;
	}

	@Override
	public String toString() {
		return "pipe";
	}

}
