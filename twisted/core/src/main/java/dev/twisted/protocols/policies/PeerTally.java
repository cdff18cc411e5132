package dev.twisted.protocols.policies;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many connections each host has; a host without any is forgotten. May be used from
 * any thread.
 */
final class PeerTally {

	private final ConcurrentMap<String, Integer> connections = new ConcurrentHashMap<>();

	int count(String host) {
		return this.connections.getOrDefault(host, 0);
	}

	void add(String host) {
		this.connections.merge(host, 1, Integer::sum);
	}

	void remove(String host) {
		this.connections.computeIfPresent(host, (key, count) -> (count > 1) ? count - 1 : null);
	}

}
