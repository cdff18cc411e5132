package dev.twisted.internet.netty;

import dev.twisted.defer.CallContext;

/**
 * Something with callbacks that run in a context of its own. Changed on the loop's thread
 * only; who looks at it from another one may see an older context.
 */
interface Contextual {

	/** The context in which the next callback begins. */
	CallContext callContext();

	/** The context in which a callback has ended. */
	void callContext(CallContext context);

}
