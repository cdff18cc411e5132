package dev.twisted.internet;

import java.util.function.Supplier;

import dev.twisted.defer.Failure;

/**
 * A factory for clients, which hears how connecting went. Follows Twisted's
 * {@code ClientFactory}. Its methods run on the reactor's thread; what they throw is
 * logged and counted.
 */
public abstract class ClientFactory extends Factory {

	/**
	 * An attempt has begun.
	 * @param connector the attempt; {@link Connector#stopConnecting()} ends it
	 */
	public void startedConnecting(Connector connector) {
	}

	/**
	 * An attempt has failed.
	 * @param connector the attempt; {@link Connector#connect()} tries again
	 * @param reason why
	 */
	public void clientConnectionFailed(Connector connector, Failure reason) {
	}

	/**
	 * An established connection is gone; the protocol has been told.
	 * @param connector the connection; {@link Connector#connect()} connects again
	 * @param reason why
	 */
	public void clientConnectionLost(Connector connector, Failure reason) {
	}

	/**
	 * A client factory that makes each protocol in the same way.
	 * @param protocol makes a new protocol each time
	 * @return the factory
	 */
	public static ClientFactory forProtocol(Supplier<? extends Protocol> protocol) {
		return new ClientFactory() {

			@Override
			public Protocol buildProtocol(Address address) {
				Protocol built = protocol.get();
				built.setFactory(this);
				return built;
			}

		};
	}

}
