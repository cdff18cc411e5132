package dev.twisted.boot.autoconfigure.enterprise;

import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorLoops;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import reactor.netty.resources.LoopResources;

/**
 * Gives a driver the reactor's event loops, unless it has been given others. The reactor
 * is made before the connection factory that asks here, and so is destroyed after it.
 */
final class SharedEventLoops implements ConnectionFactoryOptionsBuilderCustomizer {

	private static final Log logger = LogFactory.getLog(SharedEventLoops.class);

	/** The name that it has with all drivers on Reactor Netty. */
	static final Option<LoopResources> LOOP_RESOURCES = Option.valueOf("loopResources");

	private final ObjectProvider<Reactor> reactors;

	SharedEventLoops(ObjectProvider<Reactor> reactors) {
		this.reactors = reactors;
	}

	@Override
	public void customize(ConnectionFactoryOptions.Builder options) {
		if (options.build().hasOption(LOOP_RESOURCES)) {
			return;
		}
		Reactor reactor = reactor();
		if (reactor != null && ReactorLoops.areIn(reactor)) {
			options.option(LOOP_RESOURCES, ReactorLoops.untilClosed(reactor));
		}
	}

	private @Nullable Reactor reactor() {
		try {
			return this.reactors.getIfUnique();
		}
		catch (BeanCreationException ex) {
			if (!ex.contains(BeanCurrentlyInCreationException.class)) {
				throw ex;
			}
			logger.info("The reactor is made with the help of the database, which therefore has threads of its own");
			return null;
		}
	}

}
