package dev.twisted.enterprise;

import java.util.function.Function;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/**
 * The database behind a {@link ConnectionFactory}, and how its driver is to be treated.
 */
final class Database {

	private final ConnectionFactory factory;

	private final Dialect dialect;

	private final Interrupter interrupter;

	private final Deadlines releases = new Deadlines(Lease.GRACE);

	Database(ConnectionFactory factory) {
		this.factory = factory;
		this.dialect = Dialect.of(factory.getMetadata());
		this.interrupter = new Interrupter(this);
	}

	Dialect dialect() {
		return this.dialect;
	}

	Interrupter interrupter() {
		return this.interrupter;
	}

	/** When a connection must be back in its pool. */
	Deadlines releases() {
		return this.releases;
	}

	/** A connection, out of a pool if there is one. */
	Mono<Connection> connect() {
		return connect(this.factory);
	}

	/** A connection of which no pool knows. */
	Mono<Connection> connectBeside() {
		return connect(Unwrapped.of(this.factory, ConnectionFactory.class));
	}

	/** Not cancelled once the connection is there, which pools would take back then. */
	private Mono<Connection> connect(ConnectionFactory factory) {
		Mono<Connection> connection = Mono.fromDirect(factory.create());
		return this.dialect.isBlocking() ? connection.subscribeOn(Schedulers.boundedElastic()) : connection;
	}

	/** Have a driver do something with a connection, in a thread where it may do it. */
	<T> void perform(Connection connection, Function<Connection, ? extends Publisher<? extends T>> work,
			CoreSubscriber<? super T> subscriber) {
		if (this.dialect.isBlocking()) {
			driver(Flux.defer(() -> Flux.<T>from(work.apply(connection)))).subscribe(subscriber);
			return;
		}
		Publisher<? extends T> publisher;
		try {
			publisher = work.apply(connection);
		}
		catch (Throwable ex) {
			// Also an error of the machine, or the connection would wait for the end of
			// this.
			Operators.error(subscriber, ex);
			return;
		}
		publisher.subscribe(subscriber);
	}

	/** What a driver does, in a thread where it may do it. */
	<T> Flux<T> driver(Publisher<? extends T> publisher) {
		Flux<T> work = Flux.from(publisher);
		return this.dialect.isBlocking() ? work.subscribeOn(Schedulers.boundedElastic()) : work;
	}

}
