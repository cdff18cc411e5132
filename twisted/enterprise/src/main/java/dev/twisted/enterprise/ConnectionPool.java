package dev.twisted.enterprise;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

import dev.twisted.defer.Callback;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A database that answers with Deferreds. Follows
 * {@code twisted.enterprise.adbapi.ConnectionPool}. No thread waits for anything, and the
 * connections are those of an R2DBC {@link io.r2dbc.spi.ConnectionFactory}, which does
 * the pooling.
 *
 * <pre class="code">
 * pool.runQuery(User.class, "SELECT * FROM users WHERE name = ?", name)
 * 	.addCallback((users) -> greet(users));
 * pool.runInteraction((transaction) -> transaction
 * 	.runOperation("UPDATE accounts SET money = money - ? WHERE id = ?", amount, from)
 * 	.compose((paid) -> transaction
 * 		.runOperation("UPDATE accounts SET money = money + ? WHERE id = ?", amount, to)));
 * </pre>
 * <p>
 * Unlike Twisted's, every call comes to an end: after {@link #close}, when no connection
 * becomes free in time, when the database is gone or takes too long. What is given up on
 * is stopped at the database as well, undone if it was an interaction, and its connection
 * goes back to the pool once it can be used again. Nothing is tried twice.
 * <p>
 * May be used from any thread. Every Deferred fires on the reactor's thread.
 */
public final class ConnectionPool extends LeasedStatements {

	private final Errands errands;

	private final Duration closeTimeout;

	/** Connections on their way to functions, which the reactor is to call. */
	private final Set<Deferred<?>> arriving = ConcurrentHashMap.newKeySet();

	ConnectionPool(Reactor reactor, Errands errands, Duration closeTimeout) {
		super(reactor, new SqlTemplates(errands.database().dialect()));
		this.errands = errands;
		this.closeTimeout = closeTimeout;
	}

	/**
	 * Run a function in a transaction, which is committed when the function, and what it
	 * returned, has come to a good end. If it has not, or the Deferred is cancelled, all
	 * is rolled back; that this fails is only logged.
	 * <p>
	 * All statements are waited for, and a failure that one of them has left in its
	 * Deferred, where nobody has dealt with it, is no good end either. Only what is
	 * executed by the {@link Transaction} belongs to it, not what this pool executes.
	 * <p>
	 * If a transaction surrounds the call, as {@link SurroundingTransaction} tells, this
	 * becomes a part of it, which is rolled back by itself.
	 * @param <T> what comes of it; not checked, since the function may return anything
	 * @param interaction the function, called on the reactor's thread; it may return a
	 * value, a Deferred, or a Publisher: of a {@link Mono} the item is the result, of any
	 * other the list of the items
	 * @return fires with what came of it after the commit, or fails with the original
	 * exception after the rollback
	 */
	public <T extends @Nullable Object> Deferred<T> runInteraction(Callback<? super Transaction, ?> interaction) {
		return runInteraction(TransactionOptions.DEFAULT, interaction);
	}

	/**
	 * Run a function in a transaction, as {@link #runInteraction(Callback)} does.
	 * @param <T> what comes of it
	 * @param options isolation, whether it only reads, and its limit of time
	 * @param interaction the function
	 * @return fires with what came of it after the commit, or fails with the original
	 * exception after the rollback
	 */
	public <T extends @Nullable Object> Deferred<T> runInteraction(TransactionOptions options,
			Callback<? super Transaction, ?> interaction) {
		return interact(options, Transaction::new, interaction);
	}

	/**
	 * Lend a connection to a function, in a transaction as with {@link #runInteraction}.
	 * @param <T> what comes of it
	 * @param function the function, called on the reactor's thread; it may return a
	 * value, a Deferred or a Publisher
	 * @return fires with what came of it after the commit, or fails with the original
	 * exception after the rollback
	 */
	public <T extends @Nullable Object> Deferred<T> runWithConnection(
			Callback<? super DatabaseConnection, ?> function) {
		return interact(TransactionOptions.DEFAULT, DatabaseConnection::new, function);
	}

	/**
	 * Whether this takes calls.
	 * @return true until it is closed
	 */
	public boolean running() {
		return !this.errands.isClosed();
	}

	/**
	 * Take no more calls: they fail with {@link ConnectionPoolClosedException}. Those
	 * under way may end; after the close timeout they are given up on. May be called more
	 * than once. The connections belong to the connection factory, which is not closed.
	 * @return fires with {@code null} when all calls have ended and have given their
	 * connections back, or some seconds after they were given up on if the database does
	 * not answer; elsewhere than on the reactor's thread if the reactor does not run
	 */
	public Deferred<@Nullable Void> close() {
		Mono<Void> closed = this.errands.close(this.closeTimeout);
		turnBackUnlessReactorRuns();
		// A reactor that has not been started may never be.
		return reactor().running() ? reactor().<@Nullable Void>deferred(closed) : Deferred.<@Nullable Void>from(closed);
	}

	@Override
	<T> Mono<T> once(boolean atomic, Function<Lease, Mono<T>> work) {
		return this.errands.errand(atomic, TransactionOptions.DEFAULT, this.errands.queryTimeout(), work);
	}

	@Override
	<T> Flux<T> reading(Function<Lease, Flux<T>> work) {
		return new Streaming<>((through) -> this.errands.errand(false, TransactionOptions.DEFAULT, null, through),
				work);
	}

	private <S extends Lent, T extends @Nullable Object> Deferred<T> interact(TransactionOptions options,
			BiFunction<LeasedStatements, Lease, S> lending, Callback<? super S, ?> function) {
		Duration timeout = (options.timeout() != null) ? options.timeout() : this.errands.queryTimeout();
		Sinks.One<S> lent = Sinks.one();
		// Made here, so that the function is called on the loop of the caller, with what
		// surrounds the caller.
		Deferred<S> arrival = reactor().<S>deferred(lent.asMono());
		arrival.doOnBoth(() -> this.arriving.remove(arrival));
		Mono<Object> outcome = arrival.<Object>addCallback((statements) -> outcome(statements, function))
			.toMono()
			// Elsewhere the function could be about to return what is to be cancelled.
			.cancelOn(reactorThread());
		return reactor().<T>deferred(cast(this.errands.errand(true, options, timeout, (lease) -> {
			this.arriving.add(arrival);
			lent.tryEmitValue(lending.apply(this, lease));
			if (!running()) {
				turnBackUnlessReactorRuns();
			}
			return outcome;
		})));
	}

	/** A reactor that has not been started by now never calls these functions. */
	private void turnBackUnlessReactorRuns() {
		if (!reactor().running()) {
			this.arriving.forEach(Deferred::cancel);
		}
	}

	/** What a function comes to, when all its statements have ended. */
	private <S extends Lent> Object outcome(S statements, Callback<? super S, ?> function) {
		return Deferred.<@Nullable Object>maybeDeferred(() -> result(function.call(statements)))
			.<@Nullable Object>compose(
					(result) -> statements.settled().<@Nullable Object>addCallback((nothing) -> result));
	}

	/** What a function has returned, with any Publisher as a Deferred. */
	private @Nullable Object result(@Nullable Object returned) {
		if (returned instanceof Mono<?> mono) {
			return reactor().deferred(mono);
		}
		return (returned instanceof Publisher<?> publisher) ? reactor().deferred(Flux.from(publisher).collectList())
				: returned;
	}

	@SuppressWarnings("unchecked")
	private static <T extends @Nullable Object> Publisher<T> cast(Mono<Object> outcome) {
		return (Publisher<T>) (Publisher<?>) outcome;
	}

}
