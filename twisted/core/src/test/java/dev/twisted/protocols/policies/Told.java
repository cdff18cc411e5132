package dev.twisted.protocols.policies;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Failure;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.Protocol;

/**
 * A protocol that echoes and remembers what it was told.
 */
class Told extends Protocol implements HalfCloseableProtocol {

	final List<String> events = new ArrayList<>();

	Failure reason;

	@Override
	protected void connectionMade() {
		this.events.add("made");
	}

	@Override
	protected void dataReceived(byte[] data) {
		this.events.add(new String(data, StandardCharsets.ISO_8859_1));
		transport().write(data);
	}

	@Override
	protected void tlsStarting() {
		this.events.add("tls");
	}

	@Override
	public void readConnectionLost() {
		this.events.add("half");
	}

	@Override
	public void writeConnectionLost() {
		this.events.add("other half");
	}

	@Override
	protected void connectionLost(Failure reason) {
		this.events.add("lost");
		this.reason = reason;
	}

}
