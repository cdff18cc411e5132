package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * How a port for connections is to be opened. Does not change; each method gives a copy
 * with one thing different.
 *
 * @param backlog how many connections may wait to be accepted
 * @param reusePort whether other ports, of this process or of others of the same user,
 * may be open at the same address, among which the system then spreads connections; only
 * where it can do that, as Linux and BSD can
 * @param preamble what comes first on each connection, {@code null} for nothing
 * @param contextFactory certificate and rules of the TLS that is spoken on each
 * connection from then on, as {@link ReactorSSL} says; {@code null} for none
 */
public record ListenOptions(int backlog, boolean reusePort, @Nullable Preamble preamble,
		@Nullable ContextFactory contextFactory) {

	/** A backlog of {@link ReactorTCP#DEFAULT_BACKLOG}, and nothing special. */
	public static final ListenOptions DEFAULTS = new ListenOptions(ReactorTCP.DEFAULT_BACKLOG, false, null, null);

	/**
	 * Checks the values.
	 */
	public ListenOptions {
		if (backlog < 1) {
			throw new IllegalArgumentException("A backlog cannot be %d connections long".formatted(backlog));
		}
	}

	/**
	 * The same with another backlog.
	 * @param backlog how many connections may wait to be accepted
	 * @return the options
	 */
	public ListenOptions withBacklog(int backlog) {
		return new ListenOptions(backlog, this.reusePort, this.preamble, this.contextFactory);
	}

	/**
	 * The same with or without others at the same address.
	 * @param reusePort whether there may be others
	 * @return the options
	 */
	public ListenOptions withReusePort(boolean reusePort) {
		return new ListenOptions(this.backlog, reusePort, this.preamble, this.contextFactory);
	}

	/**
	 * The same with another preamble.
	 * @param preamble what comes first on each connection, {@code null} for nothing
	 * @return the options
	 */
	public ListenOptions withPreamble(@Nullable Preamble preamble) {
		return new ListenOptions(this.backlog, this.reusePort, preamble, this.contextFactory);
	}

	/**
	 * The same with or without TLS.
	 * @param contextFactory certificate and rules, asked for each connection anew;
	 * {@code null} for no TLS
	 * @return the options
	 */
	public ListenOptions withTLS(@Nullable ContextFactory contextFactory) {
		return new ListenOptions(this.backlog, this.reusePort, this.preamble, contextFactory);
	}

}
