package dev.twisted.enterprise;

import java.util.function.Function;

import dev.twisted.defer.Deferred;
import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * A connection while it is lent out. Follows {@code twisted.enterprise.adbapi.Connection}
 * in that it is in a transaction, which is committed or rolled back at the end, and which
 * may be ended earlier, when the next one begins.
 */
public final class DatabaseConnection extends Lent {

	DatabaseConnection(LeasedStatements origin, Lease lease) {
		super(origin, lease);
	}

	/**
	 * Commit what was done so far.
	 * @return fires with {@code null} when that is done and the next transaction has
	 * begun; fails with {@link IllegalStateException} if the transaction is somebody
	 * else's
	 */
	public Deferred<@Nullable Void> commit() {
		return next(Connection::commitTransaction);
	}

	/**
	 * Undo what was done so far.
	 * @return fires with {@code null} when that is done and the next transaction has
	 * begun; fails with {@link IllegalStateException} if the transaction is somebody
	 * else's
	 */
	public Deferred<@Nullable Void> rollback() {
		return next(Connection::rollbackTransaction);
	}

	private Deferred<@Nullable Void> next(Function<Connection, Publisher<Void>> end) {
		if (!lease().isOwned()) {
			return Deferred.fail(new IllegalStateException("This transaction is to be ended by who has begun it"));
		}
		return this.<@Nullable Void>deferred(
				lease().<Void>run(end).then(lease().<Void>run(Connection::beginTransaction).then()));
	}

	/**
	 * The connection itself, for what is not to be had otherwise. It is not to be closed,
	 * and what is executed on it is not to be cancelled: some drivers do not get over
	 * that.
	 * @return the connection of R2DBC
	 */
	public Connection unwrap() {
		return lease().connection();
	}

}
