package dev.twisted.enterprise;

import java.util.List;
import java.util.function.Function;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Executes statements on connections, wherever those come from.
 */
abstract class LeasedStatements implements Statements {

	/** How many items of a Flux are ready for the reactor's next turn. */
	private static final int PREFETCH = 64;

	private final Reactor reactor;

	private final SqlTemplates templates;

	private final Scheduler reactorThread;

	LeasedStatements(Reactor reactor, SqlTemplates templates) {
		this.reactor = reactor;
		this.templates = templates;
		this.reactorThread = Schedulers.fromExecutor((task) -> reactor.callFromThread(task::run));
	}

	LeasedStatements(LeasedStatements origin) {
		this.reactor = origin.reactor;
		this.templates = origin.templates;
		this.reactorThread = origin.reactorThread;
	}

	/** Do something with a connection; with {@code atomic} as a whole or not at all. */
	abstract <T> Mono<T> once(boolean atomic, Function<Lease, Mono<T>> work);

	/** Read something from a connection. */
	abstract <T> Flux<T> reading(Function<Lease, Flux<T>> work);

	/** What a statement comes to, for the caller. */
	<T extends @Nullable Object> Deferred<T> deferred(Publisher<? extends T> publisher) {
		return this.reactor.deferred(publisher);
	}

	final Reactor reactor() {
		return this.reactor;
	}

	final Scheduler reactorThread() {
		return this.reactorThread;
	}

	@Override
	public final Deferred<List<Row>> runQuery(Query query) {
		return list(execution(query), Mapping.rows());
	}

	@Override
	public final <T> Deferred<List<T>> runQuery(Class<T> type, Query query) {
		return list(execution(query), Mapping.type(type));
	}

	@Override
	public final <T> Deferred<List<T>> runQuery(RowMapper<? extends T> mapper, Query query) {
		return list(execution(query), Mapping.mapper(mapper));
	}

	@Override
	public final Flux<Row> streamQuery(Query query) {
		return stream(query, Mapping.rows());
	}

	@Override
	public final <T> Flux<T> streamQuery(Class<T> type, Query query) {
		return stream(query, Mapping.type(type));
	}

	@Override
	public final <T> Flux<T> streamQuery(RowMapper<? extends T> mapper, Query query) {
		return stream(query, Mapping.mapper(mapper));
	}

	@Override
	public final Deferred<Long> runOperation(Query query) {
		return deferred(once(query.executions() > 1, execution(query)::count));
	}

	@Override
	public final Deferred<List<Row>> runInsert(Query query, String... keys) {
		Execution execution = new Execution(query, this.templates, keys);
		return deferred(this.<List<Row>>once(query.executions() > 1, (lease) -> execution.list(lease, Mapping.rows())));
	}

	private Execution execution(Query query) {
		return new Execution(query, this.templates, null);
	}

	private <T> Deferred<List<T>> list(Execution execution, Mapping mapping) {
		return deferred(this.<List<T>>once(false, (lease) -> execution.list(lease, mapping)));
	}

	private <T> Flux<T> stream(Query query, Mapping mapping) {
		Execution execution = execution(query);
		return this.<T>reading((lease) -> execution.stream(lease, mapping)).publishOn(this.reactorThread, PREFETCH);
	}

}
