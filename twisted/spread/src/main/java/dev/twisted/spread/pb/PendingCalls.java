package dev.twisted.spread.pb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.ReactorTime;
import org.jspecify.annotations.Nullable;

/**
 * Calls that were sent and wait for an answer. All have the same time, so that one timer
 * does for them: that of the eldest.
 */
final class PendingCalls {

	/** A peer that leaves more calls than this without an answer leaves all of them. */
	private static final int MAX_ABANDONED = 10_000;

	private final ReactorTime clock;

	private final @Nullable Duration timeout;

	/** What to do with a peer that does not answer. */
	private final Runnable hopeless;

	private final Map<Long, Pending> waiting = new LinkedHashMap<>();

	/** Calls whose answer nobody wants any more; it may still come. */
	private final Set<Long> abandoned = new HashSet<>(0);

	private @Nullable DelayedCall timer;

	private long lastId;

	PendingCalls(ReactorTime clock, @Nullable Duration timeout, Runnable hopeless) {
		this.clock = clock;
		this.timeout = timeout;
		this.hopeless = hopeless;
	}

	long nextId() {
		return ++this.lastId;
	}

	void add(long id, String name, Deferred<@Nullable Object> deferred) {
		Duration limit = this.timeout;
		long deadline = 0;
		if (limit != null) {
			deadline = this.clock.seconds().plus(limit).toNanos();
			if (this.timer == null) {
				this.timer = this.clock.callLater(limit, this::expire);
			}
		}
		this.waiting.put(id, new Pending(name, deferred, deadline));
	}

	/**
	 * An answer has come.
	 * @param id to which call
	 * @return who waits; {@code null} if nobody does any more
	 * @throws ProtocolException if nobody ever did, or there was an answer before
	 */
	@Nullable Deferred<@Nullable Object> take(Object id) throws ProtocolException {
		if (id instanceof Integer || id instanceof Long) {
			long number = ((Number) id).longValue();
			Pending pending = this.waiting.remove(number);
			if (pending != null) {
				return pending.deferred;
			}
			if (this.abandoned.remove(number)) {
				return null;
			}
		}
		throw new ProtocolException(
				"An answer has come to the call %s, which waits for none".formatted(Words.shown(id)));
	}

	/** Nobody wants the answer any more. */
	void abandon(long id) {
		if (this.waiting.remove(id) != null) {
			this.abandoned.add(id);
			checkHope();
		}
	}

	private void checkHope() {
		if (this.abandoned.size() > MAX_ABANDONED) {
			this.hopeless.run();
		}
	}

	private void expire() {
		this.timer = null;
		Duration limit = this.timeout;
		if (limit == null) {
			return;
		}
		long now = this.clock.seconds().toNanos();
		List<Pending> expired = new ArrayList<>();
		for (Iterator<Map.Entry<Long, Pending>> eldest = this.waiting.entrySet().iterator(); eldest.hasNext();) {
			Map.Entry<Long, Pending> entry = eldest.next();
			long left = entry.getValue().deadline - now;
			if (left > 0) {
				this.timer = this.clock.callLater(Duration.ofNanos(left), this::expire);
				break;
			}
			eldest.remove();
			this.abandoned.add(entry.getKey());
			expired.add(entry.getValue());
		}
		for (Pending pending : expired) {
			pending.deferred.errback(
					new TimeoutException("There was no answer to the call of %s in %s".formatted(pending.name, limit)));
		}
		checkHope();
	}

	/** The connection is gone. */
	void failAll(Throwable reason) {
		if (this.timer != null && this.timer.active()) {
			this.timer.cancel();
		}
		List<Pending> left = List.copyOf(this.waiting.values());
		this.waiting.clear();
		this.abandoned.clear();
		left.forEach((pending) -> pending.deferred.errback(new Failure(reason)));
	}

	private record Pending(String name, Deferred<@Nullable Object> deferred, long deadline) {

	}

}
