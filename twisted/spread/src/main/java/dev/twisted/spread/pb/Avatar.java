package dev.twisted.spread.pb;

import org.jspecify.annotations.Nullable;

/**
 * What stands for somebody who has logged in: he gets a reference to it and may call the
 * methods whose names begin with {@code perspective_}. Follows Twisted's class of this
 * name and {@code IPerspective}.
 */
public interface Avatar {

	/**
	 * The peer calls a method. On the connection's loop.
	 * @param call what is called, and with what
	 * @return the answer, as in {@link MessageReceiver#remoteMessageReceived}
	 * @throws Throwable to answer with that error
	 */
	default @Nullable Object perspectiveMessageReceived(RemoteCall call) throws Throwable {
		call.setPerspective(this);
		return Flavor.PERSPECTIVE.methods(this).call(this, call.message(), call.arguments(), call.keywords());
	}

}
