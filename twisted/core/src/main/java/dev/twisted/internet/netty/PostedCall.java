package dev.twisted.internet.netty;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallContext;

/**
 * A call on its way to a loop, with the context of whoever asked for it.
 */
final class PostedCall implements Runnable, Contextual {

	private final Loop loop;

	private final String what;

	private final Action call;

	private CallContext callContext;

	PostedCall(Loop loop, String what, Action call, CallContext callContext) {
		this.loop = loop;
		this.what = what;
		this.call = call;
		this.callContext = callContext;
	}

	@Override
	public void run() {
		this.loop.call(this.what, this, this.call);
	}

	@Override
	public CallContext callContext() {
		return this.callContext;
	}

	@Override
	public void callContext(CallContext context) {
		this.callContext = context;
	}

}
