package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.DelayedCall;
import org.jspecify.annotations.Nullable;

/**
 * The time before both sides have agreed on how to talk: who waits for its end, and for
 * how long.
 */
final class Readiness {

	private final List<Deferred<@Nullable Void>> waiting = new ArrayList<>(0);

	private @Nullable DelayedCall deadline;

	/** What happens if it lasts too long. */
	void limit(DelayedCall deadline) {
		this.deadline = deadline;
	}

	Deferred<@Nullable Void> await() {
		Deferred<@Nullable Void> ready = new Deferred<>(
				(cancelled) -> this.waiting.removeIf((each) -> each == cancelled));
		this.waiting.add(ready);
		return ready;
	}

	void agreed() {
		end((ready) -> ready.callback(null));
	}

	void lost(Failure reason) {
		end((ready) -> ready.errback(reason));
	}

	private void end(Consumer<Deferred<@Nullable Void>> outcome) {
		DelayedCall limit = this.deadline;
		this.deadline = null;
		if (limit != null && limit.active()) {
			limit.cancel();
		}
		List<Deferred<@Nullable Void>> told = List.copyOf(this.waiting);
		this.waiting.clear();
		told.forEach(outcome);
	}

}
