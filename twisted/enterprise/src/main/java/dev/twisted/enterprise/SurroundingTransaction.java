package dev.twisted.enterprise;

import io.r2dbc.spi.Connection;
import reactor.core.publisher.Mono;

/**
 * Finds the transaction that somebody else has begun and that a call is to be part of.
 */
@FunctionalInterface
public interface SurroundingTransaction {

	/**
	 * The connection of the transaction that belongs to the Reactor Context of the
	 * subscriber. Whoever began the transaction ends it and gives the connection back.
	 * @return a Mono that gives the connection, or nothing if there is no transaction
	 */
	Mono<Connection> connection();

}
