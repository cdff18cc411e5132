package dev.twisted.boot.autoconfigure.spread.wrong;

import dev.twisted.boot.PerspectiveBroker;

/**
 * What cannot be a client: nobody can wait for its answer.
 */
@PerspectiveBroker("stock")
public interface Blocking {

	/** How many there are. */
	int count(String article);

}
