package dev.twisted.boot.autoconfigure.web;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.twisted.web.websocket.WebSocketTransport;
import org.springframework.context.SmartLifecycle;

/**
 * The WebSockets that are open. They are closed when the web server drains, which would
 * wait for them for ever otherwise.
 */
final class OpenWebSockets implements SmartLifecycle {

	/**
	 * The phase in which web servers of Spring Boot drain, a constant in a module that is
	 * not needed for anything else here.
	 */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

	private final Set<WebSocketTransport> open = ConcurrentHashMap.newKeySet();

	private volatile boolean running;

	void add(WebSocketTransport transport) {
		this.open.add(transport);
	}

	void remove(WebSocketTransport transport) {
		this.open.remove(transport);
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.open.forEach(WebSocketTransport::loseConnection);
	}

	@Override
	public void stop(Runnable callback) {
		stop();
		callback.run();
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
