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
 */
public record ListenOptions(int backlog, boolean reusePort, @Nullable Preamble preamble) {

	/** A backlog of {@link ReactorTCP#DEFAULT_BACKLOG}, and nothing special. */
	public static final ListenOptions DEFAULTS = new ListenOptions(ReactorTCP.DEFAULT_BACKLOG, false, null);

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
		return new ListenOptions(backlog, this.reusePort, this.preamble);
	}

	/**
	 * The same with or without others at the same address.
	 * @param reusePort whether there may be others
	 * @return the options
	 */
	public ListenOptions withReusePort(boolean reusePort) {
		return new ListenOptions(this.backlog, reusePort, this.preamble);
	}

	/**
	 * The same with another preamble.
	 * @param preamble what comes first on each connection, {@code null} for nothing
	 * @return the options
	 */
	public ListenOptions withPreamble(@Nullable Preamble preamble) {
		return new ListenOptions(this.backlog, this.reusePort, preamble);
	}

}
