package dev.twisted.task;

import java.time.Duration;

import dev.twisted.defer.Deferred;

/**
 * Loops of a million steps in a process of their own, which has no room for what they
 * leave behind. Prints the last result.
 */
final class MillionSteps {

	private static final int STEPS = 1_000_000;

	private static final Duration TICK = Duration.ofSeconds(1);

	private final Clock clock = new Clock();

	private Object result = "none";

	private MillionSteps() {
	}

	public static void main(String[] arguments) {
		MillionSteps steps = new MillionSteps();
		Deferred<Integer> all = switch (arguments[0]) {
			case "later" -> steps.later(0);
			case "recovering" -> steps.recovering(0);
			case "fired" -> steps.fired();
			case "mixed" -> steps.mixed(0);
			default -> throw new IllegalArgumentException(arguments[0]);
		};
		all.addBoth((value, failure) -> {
			steps.result = (failure != null) ? failure.getTraceback() : value;
			return null;
		});
		while (!steps.clock.getDelayedCalls().isEmpty()) {
			steps.clock.advance(TICK);
		}
		System.out.println(steps.result);
	}

	/** Each step waits for a timer, and then for the next step. */
	private Deferred<Integer> later(int step) {
		if (step == STEPS) {
			return Deferred.succeed(step);
		}
		return Tasks.deferLater(this.clock, TICK, () -> step + 1).compose(this::later);
	}

	/** Each step fails after a while and is recovered by the next. */
	private Deferred<Integer> recovering(int step) {
		if (step == STEPS) {
			return Deferred.succeed(step);
		}
		return Tasks.<Integer>deferLater(this.clock, TICK, () -> {
			throw new StepException();
		}).recover((failure) -> recovering(step + 1));
	}

	/** One chain, to which each step adds the next and returns what has fired. */
	private Deferred<Integer> fired() {
		Deferred<Integer> chain = new Deferred<>();
		addStep(chain);
		chain.callback(0);
		return chain;
	}

	private static void addStep(Deferred<Integer> chain) {
		chain.compose((step) -> {
			if (step + 1 < STEPS) {
				addStep(chain);
			}
			return Deferred.succeed(step + 1);
		});
	}

	/** Each step waits for one that has fired, for a timer, and for the next. */
	private Deferred<Integer> mixed(int step) {
		if (step == STEPS) {
			return Deferred.succeed(step);
		}
		return Deferred.succeed(step)
			.compose((x) -> Tasks.deferLater(this.clock, TICK, () -> x + 1))
			.addCallback((x) -> x)
			.compose(this::mixed);
	}

	/** Without a stack, or nothing but stacks would be measured. */
	private static final class StepException extends Exception {

		private static final long serialVersionUID = 1L;

		StepException() {
			super("as expected", null, false, false);
		}

	}

}
