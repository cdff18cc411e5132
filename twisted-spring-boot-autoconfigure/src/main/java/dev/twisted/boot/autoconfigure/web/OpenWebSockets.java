package dev.twisted.boot.autoconfigure.web;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.twisted.web.websocket.WebSocketTransport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The WebSockets that are served, and those of them that are open. They are closed when
 * the web server drains, which would wait for them for ever otherwise.
 */
final class OpenWebSockets implements SmartLifecycle {

	/**
	 * The phase in which web servers of Spring Boot drain, a constant in a module that is
	 * not needed for anything else here.
	 */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

	private static final Log logger = LogFactory.getLog(OpenWebSockets.class);

	private final Map<String, TwistedWebProperties.WebSocket> served;

	private final Map<String, Set<WebSocketTransport>> open = new LinkedHashMap<>();

	private volatile boolean running;

	OpenWebSockets(Map<String, TwistedWebProperties.WebSocket> served) {
		this.served = served;
		served.keySet().forEach((name) -> this.open.put(name, ConcurrentHashMap.newKeySet()));
	}

	Set<String> names() {
		return Collections.unmodifiableSet(this.open.keySet());
	}

	/** Those of one name, which change with every one that is opened or closed. */
	Set<WebSocketTransport> of(String name) {
		return this.open.getOrDefault(name, Set.of());
	}

	@Override
	public void start() {
		this.running = true;
		this.served.forEach(
				(name, socket) -> logger.info("Twisted WebSocket '%s' served at %s".formatted(name, socket.path())));
	}

	@Override
	public void stop() {
		this.running = false;
		this.open.values().forEach((sockets) -> sockets.forEach(WebSocketTransport::loseConnection));
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
