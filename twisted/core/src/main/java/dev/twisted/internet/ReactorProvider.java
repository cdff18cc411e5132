package dev.twisted.internet;

/**
 * Makes the reactor that {@link Reactors} gives out. Found by
 * {@link java.util.ServiceLoader}, so that the contracts do not know their
 * implementation.
 */
public interface ReactorProvider {

	/**
	 * Make a reactor.
	 * @param model the event loop model it shall have
	 * @return a reactor that does not run yet
	 * @throws IllegalStateException if this machine or class path does not have the model
	 */
	Reactor create(EventLoopModel model);

}
