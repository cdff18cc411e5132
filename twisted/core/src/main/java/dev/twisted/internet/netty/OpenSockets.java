package dev.twisted.internet.netty;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.DeferredList;
import org.jspecify.annotations.Nullable;

/**
 * What a reactor has open: ports, connectors that are trying, and the number of
 * connections, which each {@link Loop} lists itself. May be used from any thread.
 */
final class OpenSockets {

	private final Set<StreamPort> streamPorts = new LinkedHashSet<>();

	private final Set<UdpPort> datagramPorts = new LinkedHashSet<>();

	private final Set<StreamConnector> connecting = new LinkedHashSet<>();

	/** Connections with a protocol. */
	private final AtomicInteger connected = new AtomicInteger();

	/** Channels that are open, those that only wait for the peer's goodbye included. */
	private final AtomicInteger channels = new AtomicInteger();

	private final KeepAlive keepAlive;

	private boolean running;

	private boolean draining;

	private @Nullable Deferred<@Nullable Void> lastClosed;

	OpenSockets(KeepAlive keepAlive) {
		this.keepAlive = keepAlive;
	}

	synchronized void opened(StreamPort port) {
		this.streamPorts.add(port);
		stayAliveWhileListening();
	}

	synchronized void closed(StreamPort port) {
		this.streamPorts.remove(port);
		stayAliveWhileListening();
	}

	synchronized void opened(UdpPort port) {
		this.datagramPorts.add(port);
		stayAliveWhileListening();
	}

	synchronized void closed(UdpPort port) {
		this.datagramPorts.remove(port);
		stayAliveWhileListening();
	}

	synchronized void connecting(StreamConnector connector) {
		this.connecting.add(connector);
	}

	synchronized void settled(StreamConnector connector) {
		this.connecting.remove(connector);
	}

	void channelOpened() {
		this.channels.incrementAndGet();
	}

	void channelClosed() {
		if (this.channels.decrementAndGet() == 0) {
			Deferred<@Nullable Void> last;
			synchronized (this) {
				last = this.lastClosed;
				this.lastClosed = null;
			}
			if (last != null) {
				last.callback(null);
			}
		}
	}

	void connectionMade() {
		this.connected.incrementAndGet();
	}

	void connectionLost() {
		this.connected.decrementAndGet();
	}

	int connections() {
		return this.connected.get();
	}

	/** How many ports are open. */
	synchronized int ports() {
		return this.streamPorts.size() + this.datagramPorts.size();
	}

	/**
	 * Let the ports that were opened before the reactor ran take what comes.
	 */
	void resume() {
		synchronized (this) {
			this.running = true;
			this.draining = false;
			stayAliveWhileListening();
		}
		snapshot(this.streamPorts).forEach(StreamPort::resume);
		snapshot(this.datagramPorts).forEach(UdpPort::resume);
	}

	/** The reactor has ended. */
	synchronized void ended() {
		this.running = false;
		this.draining = false;
		stayAliveWhileListening();
	}

	/**
	 * As long as there is a port; and until the end of a stop, which closes them first.
	 */
	private void stayAliveWhileListening() {
		if (this.running && ports() > 0) {
			this.keepAlive.hold();
		}
		else if (!this.draining) {
			this.keepAlive.release();
		}
	}

	Deferred<?> closeStreamPorts() {
		synchronized (this) {
			this.draining = true;
		}
		snapshot(this.connecting).forEach(StreamConnector::disconnectOnLoop);
		List<Deferred<@Nullable Void>> closing = new ArrayList<>();
		snapshot(this.streamPorts).forEach((port) -> closing.add(port.stopListening()));
		return new DeferredList<>(closing);
	}

	Deferred<?> closeDatagramPorts() {
		List<Deferred<@Nullable Void>> closing = new ArrayList<>();
		snapshot(this.datagramPorts).forEach((port) -> closing.add(port.stopListening()));
		return new DeferredList<>(closing);
	}

	/**
	 * Fires when no channel is open any more, on the thread that closed the last one.
	 */
	synchronized Deferred<@Nullable Void> whenAllClosed() {
		if (this.channels.get() == 0) {
			return Deferred.succeed(null);
		}
		Deferred<@Nullable Void> last = new Deferred<>();
		this.lastClosed = last;
		// The last one may have gone between the question and the note.
		if (this.channels.get() == 0) {
			this.lastClosed = null;
			return Deferred.succeed(null);
		}
		return last;
	}

	private synchronized <T> Collection<T> snapshot(Set<T> set) {
		return new ArrayList<>(set);
	}

}
