package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a {@link Chain} that is more than a plain {@link Callback}.
 */
abstract class Link {

	/**
	 * Take the result or {@link Failure} so far and make the next.
	 * @param result a result or a failure
	 * @return the next result, failure or Deferred to wait for
	 * @throws Throwable to go on with this exception
	 */
	abstract @Nullable Object pass(@Nullable Object result) throws Throwable;

	/** Whether a function of the user's is called for this result or {@link Failure}. */
	abstract boolean concerns(@Nullable Object result);

	/** What this is and whose, for messages. */
	abstract String describe();

	/**
	 * One function for the good side, one for the other.
	 */
	static final class Pair extends Link {

		private final @Nullable Callback<@Nullable Object, ?> callback;

		private final Errback<?> errback;

		@SuppressWarnings("unchecked")
		Pair(@Nullable Callback<?, ?> callback, Errback<?> errback) {
			this.callback = (Callback<@Nullable Object, ?>) callback;
			this.errback = errback;
		}

		@Override
		boolean concerns(@Nullable Object result) {
			return this.callback != null || result instanceof Failure;
		}

		@Override
		String describe() {
			return ((this.callback != null) ? "callback " + ChainStep.nameOf(this.callback) + " or " : "") + "errback "
					+ ChainStep.nameOf(this.errback);
		}

		@Override
		@Nullable Object pass(@Nullable Object result) throws Exception {
			if (result instanceof Failure failure) {
				return this.errback.call(failure);
			}
			return (this.callback != null) ? this.callback.call(result) : result;
		}

	}

	/**
	 * One function for both sides.
	 */
	static final class Both extends Link {

		private final Anyback<@Nullable Object, ?> anyback;

		@SuppressWarnings("unchecked")
		Both(Anyback<?, ?> anyback) {
			this.anyback = (Anyback<@Nullable Object, ?>) anyback;
		}

		@Override
		boolean concerns(@Nullable Object result) {
			return true;
		}

		@Override
		String describe() {
			return "callback for both " + ChainStep.nameOf(this.anyback);
		}

		@Override
		@Nullable Object pass(@Nullable Object result) throws Exception {
			return (result instanceof Failure failure) ? this.anyback.call(null, failure)
					: this.anyback.call(result, null);
		}

	}

	/**
	 * A side effect on the good side.
	 */
	static final class OnCallback extends Link {

		private final Effect<@Nullable Object> effect;

		@SuppressWarnings("unchecked")
		OnCallback(Effect<?> effect) {
			this.effect = (Effect<@Nullable Object>) effect;
		}

		@Override
		boolean concerns(@Nullable Object result) {
			return !(result instanceof Failure);
		}

		@Override
		String describe() {
			return "effect on callback " + ChainStep.nameOf(this.effect);
		}

		@Override
		@Nullable Object pass(@Nullable Object result) throws Exception {
			if (!(result instanceof Failure)) {
				this.effect.run(result);
			}
			return result;
		}

	}

	/**
	 * A side effect on the error side.
	 */
	static final class OnErrback extends Link {

		private final Effect<? super Failure> effect;

		OnErrback(Effect<? super Failure> effect) {
			this.effect = effect;
		}

		@Override
		boolean concerns(@Nullable Object result) {
			return result instanceof Failure;
		}

		@Override
		String describe() {
			return "effect on errback " + ChainStep.nameOf(this.effect);
		}

		@Override
		@Nullable Object pass(@Nullable Object result) throws Exception {
			if (result instanceof Failure failure) {
				this.effect.run(failure);
			}
			return result;
		}

	}

	/**
	 * A side effect on both sides.
	 */
	static final class OnBoth extends Link {

		private final Action action;

		OnBoth(Action action) {
			this.action = action;
		}

		@Override
		boolean concerns(@Nullable Object result) {
			return true;
		}

		@Override
		String describe() {
			return "effect on both " + ChainStep.nameOf(this.action);
		}

		@Override
		@Nullable Object pass(@Nullable Object result) throws Exception {
			this.action.run();
			return result;
		}

	}

}
