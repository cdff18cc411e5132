package dev.twisted.boot.autoconfigure.enterprise;

import dev.twisted.enterprise.SurroundingTransaction;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/**
 * Finds the reactive transaction of Spring that a call belongs to: that of
 * {@code @Transactional} or of a {@code TransactionalOperator}, on the same connection
 * factory.
 */
final class SpringTransaction implements SurroundingTransaction {

	private final ConnectionFactory connectionFactory;

	SpringTransaction(ConnectionFactory connectionFactory) {
		this.connectionFactory = connectionFactory;
	}

	@Override
	public Mono<Connection> connection() {
		return TransactionSynchronizationManager.forCurrentTransaction()
			.filter(TransactionSynchronizationManager::isActualTransactionActive)
			.mapNotNull((manager) -> manager.getResource(this.connectionFactory))
			.ofType(ConnectionHolder.class)
			.map(ConnectionHolder::getConnection)
			.onErrorResume(NoTransactionException.class, (ex) -> Mono.empty());
	}

}
