package dev.twisted.internet.netty;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorProvider;

/**
 * Makes the reactor of a plain program. Public only because the service loader asks for
 * it.
 */
public final class NettyReactorProvider implements ReactorProvider {

	@Override
	public Reactor create(EventLoopModel model) {
		return new ReactorBuilder().eventLoopModel(model).build();
	}

}
