package dev.twisted.spread.pb;

import org.jspecify.annotations.Nullable;

/**
 * Something on this side that a peer can call.
 */
public interface MessageReceiver {

	/**
	 * The peer calls a method of this object. On the connection's loop.
	 * @param call what is called, and with what
	 * @return the answer, or a {@link dev.twisted.defer.Deferred},
	 * {@link java.util.concurrent.CompletionStage} or
	 * {@link org.reactivestreams.Publisher} of it
	 * @throws Throwable to answer with that error
	 */
	@Nullable Object remoteMessageReceived(RemoteCall call) throws Throwable;

}
