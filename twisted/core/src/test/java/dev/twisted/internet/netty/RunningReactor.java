package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Reactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A reactor that runs during each test. A test fails if it leaves the reactor dirty: a
 * port open, a connection, a call pending, or an error in a callback that it did not
 * expect.
 */
public final class RunningReactor implements BeforeEachCallback, AfterEachCallback {

	private final UnaryOperator<ReactorBuilder> options;

	private NettyReactor reactor;

	private long expectedErrors;

	private boolean anyErrors;

	public RunningReactor(EventLoopModel model) {
		this(model, UnaryOperator.identity());
	}

	public RunningReactor(EventLoopModel model, UnaryOperator<ReactorBuilder> options) {
		this.options = (builder) -> options.apply(builder.eventLoopModel(model).shutdownTimeout(Duration.ofSeconds(5)));
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.reactor = (NettyReactor) this.options.apply(new ReactorBuilder()).build();
		this.reactor.start();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		try {
			if (this.reactor.stopped()) {
				return;
			}
			Awaitility.await("no connection left behind").until(() -> this.reactor.statistics().connections() == 0);
			Dirt dirt = new Dirt(this.reactor.sockets().ports(), this.reactor.getDelayedCalls().size(),
					this.anyErrors ? this.expectedErrors : this.reactor.statistics().callbackErrors());
			if (!dirt.equals(new Dirt(0, 0, this.expectedErrors))) {
				throw new AssertionError("The reactor is dirty: " + dirt + ", " + this.reactor.getDelayedCalls());
			}
		}
		finally {
			stop();
		}
	}

	/** The reactor. */
	public Reactor get() {
		return this.reactor;
	}

	/** Stop the reactor and wait for the end of it. */
	public void stop() {
		if (!this.reactor.stopped()) {
			java.util.concurrent.CompletableFuture<Object> stopped = new java.util.concurrent.CompletableFuture<>();
			this.reactor.stop().addBoth((done, failure) -> stopped.complete("stopped"));
			stopped.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
		}
	}

	/** This many callbacks of the test are meant to fail. */
	public void expectErrors(long number) {
		this.expectedErrors = number;
	}

	/** Some callbacks of the test are meant to fail. */
	public void expectAnyErrors() {
		this.anyErrors = true;
	}

	/** Do something on the reactor's thread, and wait until it is done. */
	public void run(Action action) {
		call(() -> {
			action.run();
			return null;
		});
	}

	/** Get something on the reactor's thread, and wait for it. */
	public <T> T call(Callable<T> callable) {
		// In an array, since a Deferred would be waited for.
		Object[] result = await(() -> new Object[] { callable.call() });
		@SuppressWarnings("unchecked")
		T value = (T) result[0];
		return value;
	}

	/** Wait for the result of a Deferred, which belongs to the reactor. */
	public <T> T result(Deferred<T> deferred) {
		return await(() -> deferred);
	}

	private <T> T await(Callable<?> callable) {
		try {
			return this.reactor.blockingCallFromThread(callable);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private record Dirt(int openPorts, int pendingCalls, long callbackErrors) {

	}

}
