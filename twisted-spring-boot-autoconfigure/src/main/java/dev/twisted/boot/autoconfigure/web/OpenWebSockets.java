package dev.twisted.boot.autoconfigure.web;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

import dev.twisted.web.websocket.WebSocketTransport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.web.reactive.socket.CloseStatus;

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
		served.forEach((name, properties) -> this.served.put(name, new Sockets(properties)));
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
		this.served.forEach((name, sockets) -> {
			sockets.open();
			logger.info("Twisted WebSocket '%s' served at %s".formatted(name, sockets.path));
		});
	}

	@Override
	public void stop() {
		this.running = false;
		this.served.values().forEach(Sockets::drain);
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
	 */
	static final class Sockets {

		private final int most;

		private final @Nullable String path;

		private final Set<WebSocketTransport> open = new HashSet<>();

		private final LongAdder refused = new LongAdder();

		private boolean draining;

		Sockets(TwistedWebProperties.WebSocket properties) {
			this.most = properties.maxConnections();
			this.path = properties.path();
		}

		/**
		 * One is opened.
		 * @return null, or why it has to be closed at once: a client can know that its
		 * WebSocket is open before this does, and the drain be over by then
		 */
		@Nullable CloseStatus add(WebSocketTransport socket) {
			synchronized (this.open) {
				if (this.draining) {
					return CloseStatus.GOING_AWAY;
				}
				if (this.most == -1 || this.open.size() < this.most) {
					this.open.add(socket);
					return null;
				}
			}
			this.refused.increment();
			return CloseStatus.SERVICE_OVERLOAD;
		}

		/**
		 * One has ended as its protocol wanted, or as the drain did.
		 * @return what its client is told
		 */
		CloseStatus ended() {
			synchronized (this.open) {
				return this.draining ? CloseStatus.GOING_AWAY : CloseStatus.NORMAL;
			}
		}

		void remove(WebSocketTransport socket) {
			synchronized (this.open) {
				this.open.remove(socket);
			}
		}

		int count() {
			synchronized (this.open) {
				return this.open.size();
			}
		}

		/** How many were one too many. */
		long refused() {
			return this.refused.sum();
		}

		private void open() {
			synchronized (this.open) {
				this.draining = false;
			}
		}

		private void drain() {
			List<WebSocketTransport> ending;
			synchronized (this.open) {
				this.draining = true;
				ending = List.copyOf(this.open);
			}
			ending.forEach(WebSocketTransport::loseConnection);
		}

	}

}
