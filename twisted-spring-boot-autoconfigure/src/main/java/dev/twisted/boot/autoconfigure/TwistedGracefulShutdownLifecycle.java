package dev.twisted.boot.autoconfigure;

import org.springframework.context.SmartLifecycle;

/**
 * Closes the servers' ports while web servers drain, as those do theirs. The reactor, and
 * with it timers, clients and connections, goes on for as long as requests are being
 * answered, which may need it; {@link TwistedLifecycle} ends it after that.
 */
final class TwistedGracefulShutdownLifecycle implements SmartLifecycle {

	/**
	 * The phase in which web servers of Spring Boot drain. A constant there, in a module
	 * that an application without web server does not have.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

	private final TwistedLifecycle servers;

	private volatile boolean running;

	TwistedGracefulShutdownLifecycle(TwistedLifecycle servers) {
		this.servers = servers;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.servers.stopListening(callback);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
