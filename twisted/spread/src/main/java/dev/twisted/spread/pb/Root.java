package dev.twisted.spread.pb;

/**
 * The object that a peer gets hold of first. Follows Twisted's class of this name.
 */
public interface Root extends Referenceable {

	/**
	 * A connection has been made: say what its root is. On the connection's loop.
	 * @param broker the connection
	 * @return the object, this one unless overridden
	 */
	default Referenceable rootObject(Broker broker) {
		return this;
	}

}
