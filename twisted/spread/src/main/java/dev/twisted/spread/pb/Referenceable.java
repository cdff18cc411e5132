package dev.twisted.spread.pb;

import java.util.List;

import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Jellyable;
import org.jspecify.annotations.Nullable;

/**
 * An object that peers get a reference to when it is sent to them, and whose methods they
 * may call: those whose names begin with {@code remote_}, and those annotated with
 * {@link Remote}. Follows Twisted's class of this name. <pre class="code">
 * class Counter implements Referenceable {
 *
 *     private long count;
 *
 *     long remote_add(long n) {
 *         return this.count += n;
 *     }
 *
 * }</pre> A method takes what {@link dev.twisted.spread.jelly the table of types} says,
 * {@link RemoteReference}s, and objects of this side that come back. It runs on the
 * connection's loop and must not block; it may return a Deferred, a CompletionStage or a
 * Mono of its result, or a Flux of what is in a list. Arguments come by position or by
 * name, which is that of the parameter. What it throws is an error for the peer, with the
 * type it would have in Python; a {@link PBException} is not logged here.
 */
public interface Referenceable extends Jellyable, MessageReceiver {

	@Override
	default @Nullable Object remoteMessageReceived(RemoteCall call) throws Throwable {
		return call(this, call);
	}

	/**
	 * Call the method that a peer has asked for.
	 * @param target whose method
	 * @param call what is called, and with what
	 * @return what the method returns
	 * @throws Throwable what it throws, or that there is no such method or that the
	 * arguments do not suit it
	 */
	static @Nullable Object call(Object target, RemoteCall call) throws Throwable {
		return Flavor.REMOTE.methods(target).call(target, call.message(), call.arguments(), call.keywords());
	}

	/**
	 * What tells this object from others that are sent: two that return the same are the
	 * same object for peers.
	 * @return this object unless overridden, compared by identity
	 */
	default Object processUniqueID() {
		return new Identity(this);
	}

	@Override
	default Object jellyFor(Jellier jellier) throws JellyException {
		return List.of(Words.REMOTE, References.of(jellier).registerReference(this));
	}

}
