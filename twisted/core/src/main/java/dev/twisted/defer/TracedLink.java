package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * Stands in the queue of a chain for a function whose fate is to be remembered.
 */
final class TracedLink extends Link {

	private final Object entry;

	private final ChainStep step;

	TracedLink(Object entry, ChainStep step) {
		this.entry = entry;
		this.step = step;
	}

	@Override
	@SuppressWarnings("unchecked")
	@Nullable Object pass(@Nullable Object result) throws Throwable {
		if (!concerns(result)) {
			this.step.passedBy();
			return result;
		}
		try {
			Object next = (this.entry instanceof Link link) ? link.pass(result)
					: ((Callback<@Nullable Object, ?>) this.entry).call(result);
			this.step.returned(next);
			return next;
		}
		catch (Throwable ex) {
			this.step.threw(ex);
			throw ex;
		}
	}

	@Override
	boolean concerns(@Nullable Object result) {
		return (this.entry instanceof Link link) ? link.concerns(result) : !(result instanceof Failure);
	}

	@Override
	String describe() {
		return this.step.toString();
	}

}
