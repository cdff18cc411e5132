package dev.twisted.spread.pb;

import dev.twisted.defer.Failure;

/**
 * Wants to know how the connection of a broker fares.
 */
interface BrokerOwner {

	/** Both sides have agreed on how to talk. */
	void brokerReady(Broker broker);

	/** The connection is gone, whether or not it was ready. */
	void brokerLost(Broker broker, Failure reason);

}
