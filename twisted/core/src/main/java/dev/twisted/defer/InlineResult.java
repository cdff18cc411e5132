package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * The result of a body. To cancel it is to cancel what the body waits for; what comes of
 * that is up to the body.
 *
 * @param <T> the result
 */
final class InlineResult<T extends @Nullable Object> extends Deferred<T> {

	/** Who works on it, {@code null} once that is done, lest the result keep it. */
	private volatile @Nullable Body<T> body;

	InlineResult(Body<T> body) {
		this.body = body;
	}

	@Override
	@Nullable Chain cancelStep() {
		if (isCalled()) {
			return super.cancelStep();
		}
		Body<T> working = this.body;
		return (working != null) ? working.cancelAwaited() : null;
	}

	/**
	 * Fire; the body has no more to do with it.
	 * @param result a result or a {@link Failure}
	 */
	void give(@Nullable Object result) {
		this.body = null;
		fire(result);
	}

}
