package dev.twisted.endpoints;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.AlreadyCancelledException;
import dev.twisted.internet.ConnectingCancelledException;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import org.jspecify.annotations.Nullable;

/**
 * Attempts at the addresses of one host, begun one after the other, of which the first to
 * succeed wins. May be cancelled from any thread; all else happens on the reactor's.
 */
final class Race {

	private final ReactorTime clock;

	private final HostAndPort destination;

	private final Duration timeout;

	private final Duration attemptDelay;

	private final Function<InetAddress, Deferred<Protocol>> connect;

	private final Deferred<Protocol> winner = new Deferred<>((cancelled) -> cancel());

	private final AtomicBoolean over = new AtomicBoolean();

	/** Guarded by this, as is all that follows. */
	private final List<Deferred<?>> pending = new ArrayList<>();

	private final List<DelayedCall> calls = new ArrayList<>();

	private Deque<InetAddress> left = new ArrayDeque<>();

	private final List<Failure> failures = new ArrayList<>();

	private @Nullable DelayedCall nextAttempt;

	Race(ReactorTime clock, HostAndPort destination, Duration timeout, Duration attemptDelay,
			Function<InetAddress, Deferred<Protocol>> connect) {
		this.clock = clock;
		this.destination = destination;
		this.timeout = timeout;
		this.attemptDelay = attemptDelay;
		this.connect = connect;
	}

	/**
	 * Run the race.
	 * @param resolve looks up the addresses
	 * @param order puts them in the order in which to try them
	 * @return fires with the winner's protocol
	 */
	Deferred<Protocol> run(Callable<Deferred<List<InetAddress>>> resolve,
			Function<List<InetAddress>, Deque<InetAddress>> order) {
		try {
			keep(this.clock.callLater(this.timeout, () -> finish(new Failure(new TimeoutException(
					"Connecting to %s took longer than %s".formatted(this.destination, this.timeout))))));
		}
		catch (RuntimeException ex) {
			this.over.set(true);
			return Deferred.fail(ex);
		}
		Deferred<List<InetAddress>> resolving = Deferred.maybeDeferred(resolve);
		keep(resolving);
		resolving.<@Nullable Void>addCallbacks((addresses) -> {
			resolved(resolving, order.apply(addresses));
			return null;
		}, (failure) -> {
			finish(lookupFailed(failure));
			return null;
		}).addErrback((failure) -> {
			finish(failure);
			return null;
		});
		return this.winner;
	}

	private Failure lookupFailed(Failure failure) {
		return (failure.value() instanceof DNSLookupException) ? failure : new Failure(new DNSLookupException(
				"Couldn't find the hostname '%s': %s".formatted(this.destination.host(), failure.getErrorMessage()),
				failure.value()));
	}

	private void resolved(Deferred<?> resolving, Deque<InetAddress> addresses) {
		if (addresses.isEmpty()) {
			finish(new Failure(
					new DNSLookupException("no results for hostname lookup: " + this.destination.host(), null)));
			return;
		}
		synchronized (this) {
			this.pending.remove(resolving);
			this.left = addresses;
		}
		tryNext();
	}

	private void tryNext() {
		InetAddress address;
		synchronized (this) {
			cancel(this.nextAttempt);
			this.nextAttempt = null;
			if (this.over.get() || this.left.isEmpty()) {
				return;
			}
			address = this.left.remove();
			if (!this.left.isEmpty()) {
				DelayedCall next = this.clock.callLater(this.attemptDelay, this::tryNext);
				this.nextAttempt = next;
				keep(next);
			}
		}
		Deferred<Protocol> attempt = this.connect.apply(address);
		keep(attempt);
		attempt.<@Nullable Void>addCallbacks((protocol) -> {
			won(attempt, protocol);
			return null;
		}, (failure) -> {
			lost(attempt, failure);
			return null;
		});
	}

	private void won(Deferred<?> attempt, Protocol protocol) {
		synchronized (this) {
			this.pending.remove(attempt);
		}
		if (this.over.compareAndSet(false, true)) {
			giveUpTheRest();
			this.winner.callback(protocol);
		}
		else {
			// Too late: nobody will ever use this connection.
			protocol.transport().abortConnection();
		}
	}

	private void lost(Deferred<?> attempt, Failure failure) {
		Failure last = null;
		synchronized (this) {
			this.pending.remove(attempt);
			if (this.over.get()) {
				return;
			}
			this.failures.add(failure);
			if (this.left.isEmpty() && this.pending.isEmpty()) {
				last = failure;
			}
		}
		if (last != null) {
			finish(withOthers(last));
		}
		else {
			tryNext();
		}
	}

	private synchronized Failure withOthers(Failure last) {
		for (Failure other : this.failures) {
			if (other.value() != last.value()) {
				last.value().addSuppressed(other.value());
			}
		}
		return last;
	}

	private void finish(Failure failure) {
		if (this.over.compareAndSet(false, true)) {
			giveUpTheRest();
			this.winner.errback(failure);
		}
	}

	private void cancel() {
		if (this.over.compareAndSet(false, true)) {
			this.winner.errback(new ConnectingCancelledException(this.destination));
			giveUpTheRest();
		}
	}

	private void keep(DelayedCall call) {
		synchronized (this) {
			this.calls.add(call);
		}
		if (this.over.get()) {
			cancel(call);
		}
	}

	private void keep(Deferred<?> deferred) {
		synchronized (this) {
			if (!deferred.called()) {
				this.pending.add(deferred);
			}
		}
		if (this.over.get()) {
			deferred.cancel();
		}
	}

	private void giveUpTheRest() {
		List<DelayedCall> waiting;
		List<Deferred<?>> trying;
		synchronized (this) {
			waiting = List.copyOf(this.calls);
			trying = List.copyOf(this.pending);
		}
		waiting.forEach(Race::cancel);
		trying.forEach(Deferred::cancel);
	}

	private static void cancel(@Nullable DelayedCall call) {
		try {
			if (call != null && call.active()) {
				call.cancel();
			}
		}
		catch (AlreadyCalledException | AlreadyCancelledException ex) {
			// It has just been made on its own thread.
		}
	}

}
