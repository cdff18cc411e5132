package dev.twisted.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallLater;

/**
 * A loop that is turned by hand: each turn runs the calls that were there when it began.
 */
final class Turns implements CallLater {

	private final List<Action> planned = new ArrayList<>();

	@Override
	public Cancellable callLater(Duration delay, Action call) {
		this.planned.add(call);
		return () -> this.planned.remove(call);
	}

	List<Action> planned() {
		return this.planned;
	}

	void turn() throws Exception {
		List<Action> due = List.copyOf(this.planned);
		this.planned.clear();
		for (Action call : due) {
			call.run();
		}
	}

	void turn(int times) throws Exception {
		for (int i = 0; i < times; i++) {
			turn();
		}
	}

}
