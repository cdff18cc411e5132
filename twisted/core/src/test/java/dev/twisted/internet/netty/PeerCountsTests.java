package dev.twisted.internet.netty;

import dev.twisted.internet.Address;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.IPv6Address;
import dev.twisted.internet.UNIXAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PeerCountsTests {

	private final PeerCounts counts = new PeerCounts(2);

	@Test
	void aPeerMayHaveSoManyConnectionsAndNoMore() {
		assertThat(this.counts.enter(v4("192.0.2.1"))).isTrue();
		assertThat(this.counts.enter(v4("192.0.2.1"))).isTrue();
		assertThat(this.counts.enter(v4("192.0.2.1"))).isFalse();
		assertThat(this.counts.enter(v4("192.0.2.2"))).isTrue();
	}

	@Test
	void aConnectionThatHasEndedMakesRoomForAnother() {
		this.counts.enter(v4("192.0.2.1"));
		this.counts.enter(v4("192.0.2.1"));
		this.counts.leave(v4("192.0.2.1"));
		assertThat(this.counts.enter(v4("192.0.2.1"))).isTrue();
		assertThat(this.counts.enter(v4("192.0.2.1"))).isFalse();
	}

	@Test
	void aPeerWithoutConnectionsIsForgotten() {
		for (int i = 0; i < 256; i++) {
			this.counts.enter(v4("192.0.2." + i));
		}
		assertThat(this.counts.size()).isEqualTo(256);
		for (int i = 0; i < 256; i++) {
			this.counts.leave(v4("192.0.2." + i));
		}
		assertThat(this.counts.size()).isZero();
	}

	@Test
	void aRefusedConnectionDoesNotCount() {
		this.counts.enter(v4("192.0.2.1"));
		this.counts.enter(v4("192.0.2.1"));
		this.counts.enter(v4("192.0.2.1"));
		this.counts.leave(v4("192.0.2.1"));
		assertThat(this.counts.enter(v4("192.0.2.1"))).isTrue();
	}

	@Test
	void addressesOfOneIpv6NetworkAreOnePeer() {
		assertThat(this.counts.enter(v6("2001:db8:0:1::1"))).isTrue();
		assertThat(this.counts.enter(v6("2001:db8:0:1:ffff::2"))).isTrue();
		assertThat(this.counts.enter(v6("2001:db8:0:1::3"))).isFalse();
		assertThat(this.counts.enter(v6("2001:db8:0:2::1"))).isTrue();
	}

	@Test
	void anIpv4AddressWrittenAsIpv6IsTheSamePeer() {
		this.counts.enter(v4("192.0.2.1"));
		this.counts.enter(v6("::ffff:192.0.2.1"));
		assertThat(this.counts.enter(v4("192.0.2.1"))).isFalse();
		assertThat(this.counts.enter(v6("::1"))).isTrue();
	}

	@Test
	void anAddressWithAScopeIsUnderstood() {
		assertThat(this.counts.enter(v6("fe80::1%lo"))).isTrue();
	}

	@Test
	void aUnixSocketHasNoPeersToCount() {
		Address unix = new UNIXAddress(null);
		for (int i = 0; i < 5; i++) {
			assertThat(this.counts.enter(unix)).isTrue();
		}
		assertThat(this.counts.size()).isZero();
	}

	private static Address v4(String host) {
		return new IPv4Address("TCP", host, 1);
	}

	private static Address v6(String host) {
		return new IPv6Address("TCP", host, 1);
	}

}
