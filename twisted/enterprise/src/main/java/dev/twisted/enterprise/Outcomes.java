package dev.twisted.enterprise;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * What the statements of one transaction came to. None may have left a failure behind
 * that nobody has dealt with when the transaction is committed.
 */
final class Outcomes {

	/** So many are kept without asking which of them can be forgotten. */
	private static final int FEW = 128;

	private final Reactor reactor;

	private final List<Deferred<?>> deferreds = new ArrayList<>();

	private int limit = FEW;

	private int running;

	/** Set while somebody waits for the end of all. */
	private @Nullable Deferred<@Nullable Void> settled;

	Outcomes(Reactor reactor) {
		this.reactor = reactor;
	}

	/** Look after a statement that has begun. */
	<T extends @Nullable Object> Deferred<T> add(Deferred<T> deferred) {
		synchronized (this) {
			if (this.deferreds.size() >= this.limit) {
				this.deferreds.removeIf(Outcomes::isGood);
				this.limit = this.deferreds.size() + Math.max(FEW, this.deferreds.size());
			}
			this.deferreds.add(deferred);
			this.running++;
		}
		return deferred.doOnBoth(this::ended);
	}

	/**
	 * Wait until no statement runs.
	 * @return fires with {@code null}, or fails with what one of the statements failed
	 * with, if that is still there in its Deferred
	 */
	Deferred<@Nullable Void> settled() {
		Deferred<@Nullable Void> end = new Deferred<>();
		synchronized (this) {
			this.settled = end;
		}
		check();
		return end;
	}

	private void ended() {
		boolean last;
		synchronized (this) {
			this.running--;
			last = this.running == 0 && this.settled != null;
		}
		if (last && !this.reactor.running()) {
			check();
		}
		else if (last) {
			// What follows in the Deferred that has just fired has its turn first.
			this.reactor.callFromThread(this::check);
		}
	}

	private void check() {
		Deferred<@Nullable Void> end;
		List<Deferred<?>> ended;
		synchronized (this) {
			end = this.settled;
			if (this.running > 0 || end == null) {
				return;
			}
			this.settled = null;
			ended = List.copyOf(this.deferreds);
		}
		for (Deferred<?> deferred : ended) {
			Failure failure = failure(deferred);
			if (failure != null) {
				// It is dealt with now.
				deferred.<@Nullable Void>addBoth((result, same) -> null);
				end.errback(failure);
				return;
			}
		}
		end.callback(null);
	}

	/** Whether it has a result. One that waits for something has none yet. */
	private static boolean isGood(Deferred<?> deferred) {
		boolean[] good = new boolean[1];
		deferred.doOnCallback((result) -> good[0] = true);
		return good[0];
	}

	private static @Nullable Failure failure(Deferred<?> deferred) {
		@Nullable Failure[] found = new @Nullable Failure[1];
		deferred.doOnErrback((failure) -> found[0] = failure);
		return found[0];
	}

}
