package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * The result of a body. To cancel it is to cancel what the body waits for; what comes of
 * that is up to the body.
 *
 * @param <T> the result
 */
final class InlineResult<T extends @Nullable Object> extends Deferred<T> {

	private final Body<T> body;

	InlineResult(Body<T> body) {
		this.body = body;
	}

	@Override
	@Nullable Chain cancelStep() {
		if (isCalled()) {
			return super.cancelStep();
		}
		this.body.cancelAwaited();
		return null;
	}

}
