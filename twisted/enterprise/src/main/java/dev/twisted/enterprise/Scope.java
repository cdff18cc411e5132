package dev.twisted.enterprise;

import java.util.function.Function;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What has to be done before and after the work on a connection.
 */
interface Scope {

	/** Each statement stands for itself, or for the transaction of somebody else. */
	Scope NONE = new Scope() {
	};

	/**
	 * A transaction that began by itself, on a connection that does not commit by itself.
	 */
	Scope IMPLICIT = new Scope() {

		@Override
		public Mono<Void> commit(Lease lease) {
			return lease.end(Connection::commitTransaction);
		}

		@Override
		public Mono<Void> rollback(Lease lease) {
			return lease.end(Connection::rollbackTransaction);
		}

	};

	/** Before the work, {@code null} for nothing. */
	default @Nullable Mono<Void> open(Lease lease) {
		return null;
	}

	/** After work that went well, {@code null} for nothing. */
	default @Nullable Mono<Void> commit(Lease lease) {
		return null;
	}

	/** After work that did not, {@code null} for nothing. */
	default @Nullable Mono<Void> rollback(Lease lease) {
		return null;
	}

	/**
	 * A transaction of our own.
	 *
	 * @param options how to run it
	 */
	record Own(TransactionOptions options) implements Scope {

		@Override
		public Mono<Void> open(Lease lease) {
			Mono<Void> begin = lease.<Void>run(begin(lease.database().dialect())).then();
			String isolation = isolation(lease, this.options.isolation());
			return (isolation != null) ? lease.<Void>run((connection) -> execute(connection, isolation)).then(begin)
					: begin;
		}

		private Function<Connection, Publisher<Void>> begin(Dialect dialect) {
			IsolationLevel level = this.options.isolation();
			TransactionDefinition definition = (level == null || dialect.isolation(level) == null)
					? this.options.definition() : null;
			return (connection) -> (definition != null) ? connection.beginTransaction(definition)
					: connection.beginTransaction();
		}

		@Override
		public Mono<Void> commit(Lease lease) {
			return lease.end(Connection::commitTransaction).then(reset(lease));
		}

		@Override
		public Mono<Void> rollback(Lease lease) {
			return lease.end(Connection::rollbackTransaction).then(reset(lease));
		}

		private Mono<Void> reset(Lease lease) {
			String isolation = (this.options.isolation() != null) ? isolation(lease, IsolationLevel.READ_COMMITTED)
					: null;
			return (isolation != null) ? lease.end((connection) -> execute(connection, isolation)) : Mono.empty();
		}

		private static @Nullable String isolation(Lease lease, @Nullable IsolationLevel level) {
			return (level != null) ? lease.database().dialect().isolation(level) : null;
		}

		private static Publisher<Void> execute(Connection connection, String sql) {
			return Flux.from(connection.createStatement(sql).execute()).concatMap(Result::getRowsUpdated).then();
		}

	}

	/**
	 * A part of somebody else's transaction that is undone by itself.
	 *
	 * @param name a name that no other has in that transaction
	 */
	record Savepoint(String name) implements Scope {

		@Override
		public Mono<Void> open(Lease lease) {
			return lease.<Void>run((connection) -> connection.createSavepoint(this.name)).then();
		}

		@Override
		public Mono<Void> commit(Lease lease) {
			return lease.end((connection) -> connection.releaseSavepoint(this.name));
		}

		@Override
		public @Nullable Mono<Void> rollback(Lease lease) {
			// Where the database has undone the whole transaction no savepoint is left.
			return (lease.undone() == null)
					? lease.end((connection) -> connection.rollbackTransactionToSavepoint(this.name)) : null;
		}

	}

}
