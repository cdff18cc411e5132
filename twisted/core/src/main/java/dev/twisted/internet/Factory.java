package dev.twisted.internet;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Protocol} for each connection and keeps what they share. Follows
 * Twisted's {@code Factory}.
 */
public abstract class Factory {

	private int numPorts;

	/**
	 * Make the protocol for a connection.
	 * @param address the other end
	 * @return the protocol, or {@code null} to refuse the connection
	 * @throws Exception to refuse the connection; logged and counted
	 */
	public abstract @Nullable Protocol buildProtocol(Address address) throws Exception;

	/**
	 * Called before the first port or connector of this factory opens.
	 * @throws Exception to keep it from opening
	 */
	protected void startFactory() throws Exception {
	}

	/**
	 * Called after the last port or connector of this factory has closed.
	 * @throws Exception is logged and counted
	 */
	protected void stopFactory() throws Exception {
	}

	/**
	 * What to call this factory in logs.
	 * @return the simple name of its class unless overridden
	 */
	public String logPrefix() {
		String name = getClass().getSimpleName();
		return name.isEmpty() ? getClass().getName() : name;
	}

	/**
	 * How many ports and connectors use this factory. May be called from any thread.
	 * @return the number
	 */
	public final synchronized int numPorts() {
		return this.numPorts;
	}

	/**
	 * A port or connector is about to use this factory.
	 * @throws Exception what {@link #startFactory} threw
	 */
	public final void doStart() throws Exception {
		synchronized (this) {
			if (this.numPorts++ > 0) {
				return;
			}
		}
		boolean started = false;
		try {
			startFactory();
			started = true;
		}
		finally {
			if (!started) {
				synchronized (this) {
					this.numPorts--;
				}
			}
		}
	}

	/**
	 * A port or connector no longer uses this factory. Does nothing if none did.
	 * @throws Exception what {@link #stopFactory} threw
	 */
	public final void doStop() throws Exception {
		synchronized (this) {
			if (this.numPorts == 0 || --this.numPorts > 0) {
				return;
			}
		}
		stopFactory();
	}

	/**
	 * A factory that makes each protocol in the same way.
	 * @param protocol makes a new protocol each time
	 * @return the factory
	 */
	public static Factory forProtocol(Supplier<? extends Protocol> protocol) {
		return new Factory() {

			@Override
			public Protocol buildProtocol(Address address) {
				Protocol built = protocol.get();
				built.setFactory(this);
				return built;
			}

		};
	}

}
