package dev.twisted.protocols.policies;

import java.nio.charset.StandardCharsets;

import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.Factory;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.Protocol;
import dev.twisted.protocols.FakeTransport;

/**
 * A connection without a network to a protocol that a factory has made.
 */
final class Line extends FakeTransport {

	private final Address peer;

	private final Protocol protocol;

	private Line(Address peer, Protocol protocol) {
		this.peer = peer;
		this.protocol = protocol;
	}

	/** Connect to what a factory makes; null if it refuses. */
	static Line connect(Factory factory) throws Exception {
		return connect(factory, "192.0.2.1");
	}

	static Line connect(Factory factory, String host) throws Exception {
		Address peer = new IPv4Address("TCP", host, 1);
		Protocol built = factory.buildProtocol(peer);
		if (built == null) {
			return null;
		}
		Line line = new Line(peer, built);
		built.makeConnection(line);
		return line;
	}

	Protocol protocol() {
		return this.protocol;
	}

	void receive(String text) throws Exception {
		deliver(this.protocol, text.getBytes(StandardCharsets.ISO_8859_1));
	}

	/** The connection is gone. */
	void lose() throws Exception {
		this.protocol.deliverConnectionLost((this.reason != null) ? this.reason : ConnectionDone.FAILURE);
	}

	@Override
	public Address getPeer() {
		return this.peer;
	}

	@Override
	public Address getHost() {
		return this.peer;
	}

	@Override
	public String toString() {
		return "line from " + this.peer.host();
	}

}
