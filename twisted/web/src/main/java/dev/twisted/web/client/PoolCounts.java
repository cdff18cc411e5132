package dev.twisted.web.client;

import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;

/**
 * The numbers of the pools of Reactor Netty, of which there is one for each server. What
 * is spoken over connections with HTTP/2 has further pools: of streams, not connections.
 */
final class PoolCounts implements ConnectionProvider.MeterRegistrar {

	/** How the pools of connections are called. */
	static final String NAME = "twisted-web";

	private final Map<String, ConnectionPoolMetrics> servers = new ConcurrentHashMap<>();

	private final Map<String, ConnectionPoolMetrics> streams = new ConcurrentHashMap<>();

	@Override
	public void registerMetrics(String poolName, String id, SocketAddress remoteAddress,
			ConnectionPoolMetrics metrics) {
		of(poolName).put(id, metrics);
	}

	@Override
	public void deRegisterMetrics(String poolName, String id, SocketAddress remoteAddress) {
		of(poolName).remove(id);
	}

	private Map<String, ConnectionPoolMetrics> of(String poolName) {
		return poolName.equals(NAME) ? this.servers : this.streams;
	}

	HTTPConnectionPool.Statistics sum() {
		int active = 0;
		int idle = 0;
		int waiting = 0;
		for (ConnectionPoolMetrics server : this.servers.values()) {
			active += server.acquiredSize();
			idle += server.idleSize();
			waiting += server.pendingAcquireSize();
		}
		for (ConnectionPoolMetrics server : this.streams.values()) {
			waiting += server.pendingAcquireSize();
		}
		return new HTTPConnectionPool.Statistics(active, idle, waiting);
	}

}
