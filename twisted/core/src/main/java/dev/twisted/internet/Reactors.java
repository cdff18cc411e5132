package dev.twisted.internet;

import java.util.ServiceLoader;

import org.jspecify.annotations.Nullable;

/**
 * The one reactor of a plain program. In a Spring application inject the context's
 * reactor instead. May be used from any thread.
 */
public final class Reactors {

	private static @Nullable Reactor installed;

	private Reactors() {
	}

	/**
	 * The reactor of this process, made now with the best event loop model there is if
	 * none was installed.
	 * @return the reactor
	 */
	public static synchronized Reactor reactor() {
		if (installed == null) {
			installed = create(EventLoopModel.AUTO);
		}
		return installed;
	}

	/**
	 * Choose the event loop model of this process's reactor, before it is first asked
	 * for.
	 * @param model the model
	 * @throws ReactorAlreadyInstalledException if there is a reactor already
	 * @throws IllegalStateException if this machine or class path does not have the model
	 */
	public static synchronized void install(EventLoopModel model) {
		checkNotInstalled();
		installed = create(model);
	}

	/**
	 * Make a reactor the one of this process, before it is first asked for.
	 * @param reactor the reactor
	 * @throws ReactorAlreadyInstalledException if there is a reactor already
	 */
	public static synchronized void install(Reactor reactor) {
		checkNotInstalled();
		installed = reactor;
	}

	private static void checkNotInstalled() {
		if (installed != null) {
			throw new ReactorAlreadyInstalledException(
					"There is a reactor already, with %s event loops: call Reactors.install(...) before anything calls Reactors.reactor()"
						.formatted(installed.statistics().eventLoopModel()));
		}
	}

	private static Reactor create(EventLoopModel model) {
		return ServiceLoader.load(ReactorProvider.class, Reactors.class.getClassLoader())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("There is no reactor implementation on the class path"))
			.create(model);
	}

}
