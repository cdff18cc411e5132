package dev.twisted.boot.autoconfigure.web;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

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

	private final Map<String, Sockets> served = new LinkedHashMap<>();

	private volatile boolean running;

	OpenWebSockets(Map<String, TwistedWebProperties.WebSocket> served) {
		served.forEach((name, properties) -> this.served.put(name,
				new Sockets(properties, ConcurrentHashMap.newKeySet(), new LongAdder())));
	}

	Set<String> names() {
		return Collections.unmodifiableSet(this.served.keySet());
	}

	/** Those of one name. */
	Sockets of(String name) {
		Sockets sockets = this.served.get(name);
		if (sockets == null) {
			throw new IllegalArgumentException("There is no WebSocket '%s'".formatted(name));
		}
		return sockets;
	}

	@Override
	public void start() {
		this.running = true;
		this.served.forEach((name, sockets) -> logger
			.info("Twisted WebSocket '%s' served at %s".formatted(name, sockets.properties.path())));
	}

	@Override
	public void stop() {
		this.running = false;
		this.served.values().forEach((sockets) -> sockets.open.forEach(WebSocketTransport::loseConnection));
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

	/**
	 * The WebSockets of one name. May be used from any thread.
	 *
	 * @param properties what is said about them
	 * @param open those that are open
	 * @param refused how many were one too many
	 */
	record Sockets(TwistedWebProperties.WebSocket properties, Set<WebSocketTransport> open, LongAdder refused) {

		/**
		 * One is opened.
		 * @return false if there are too many already
		 */
		boolean add(WebSocketTransport socket) {
			int most = this.properties.maxConnections();
			synchronized (this.open) {
				if (most == -1 || this.open.size() < most) {
					return this.open.add(socket);
				}
			}
			this.refused.increment();
			return false;
		}

		void remove(WebSocketTransport socket) {
			this.open.remove(socket);
		}

	}

}
