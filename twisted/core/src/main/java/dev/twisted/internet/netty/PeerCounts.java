package dev.twisted.internet.netty;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import dev.twisted.internet.Address;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.IPv6Address;
import io.netty.util.NetUtil;

/**
 * How many connections of one port come from whom. An IPv6 peer is its /64 network: one
 * host has all addresses of that to choose from. Remembers only those who have a
 * connection, so it takes no more memory than they do. May be used from any thread.
 */
final class PeerCounts {

	/** Where no network is, so that IPv4 addresses have a place among IPv6 networks. */
	private static final long IPV4 = 0xffffffff_00000000L;

	private static final int MAPPED_PREFIX = 10;

	private final ConcurrentMap<Long, Integer> connections = new ConcurrentHashMap<>();

	private volatile int most;

	PeerCounts(int most) {
		this.most = most;
	}

	void setMost(int most) {
		this.most = most;
	}

	/**
	 * One more connection.
	 * @return false if that is too many; it is not counted then
	 */
	boolean enter(Address peer) {
		if (!isCounted(peer)) {
			return true;
		}
		int limit = this.most;
		boolean[] entered = new boolean[1];
		this.connections.compute(key(peer.host()), (key, count) -> {
			int present = (count != null) ? count : 0;
			if (present >= limit) {
				return count;
			}
			entered[0] = true;
			return present + 1;
		});
		return entered[0];
	}

	/** One connection less. */
	void leave(Address peer) {
		if (isCounted(peer)) {
			this.connections.computeIfPresent(key(peer.host()), (key, count) -> (count > 1) ? count - 1 : null);
		}
	}

	/** How many peers are remembered. */
	int size() {
		return this.connections.size();
	}

	private static boolean isCounted(Address peer) {
		return peer instanceof IPv4Address || peer instanceof IPv6Address;
	}

	private static Long key(String host) {
		byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
		if (address == null) {
			throw new IllegalArgumentException("'%s' is no numeric address".formatted(host));
		}
		if (address.length == 4) {
			return IPV4 | number(address, 0, 4);
		}
		return isMapped(address) ? IPV4 | number(address, 12, 4) : number(address, 0, 8);
	}

	/** Whether this is an IPv4 address in IPv6 clothes, as load balancers may tell. */
	private static boolean isMapped(byte[] address) {
		for (int i = 0; i < MAPPED_PREFIX; i++) {
			if (address[i] != 0) {
				return false;
			}
		}
		return address[MAPPED_PREFIX] == -1 && address[MAPPED_PREFIX + 1] == -1;
	}

	private static long number(byte[] bytes, int start, int length) {
		long number = 0;
		for (int i = start; i < start + length; i++) {
			number = number << 8 | (bytes[i] & 0xff);
		}
		return number;
	}

}
