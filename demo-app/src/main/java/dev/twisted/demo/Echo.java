package dev.twisted.demo;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.internet.Protocol;

/**
 * Sends back what it receives.
 */
@ProtocolHandler("echo")
class Echo extends Protocol {

	private final Traffic traffic;

	Echo(Traffic traffic) {
		this.traffic = traffic;
	}

	@Override
	protected void dataReceived(byte[] data) {
		transport().write(data);
		this.traffic.served("echo", data.length);
	}

}
