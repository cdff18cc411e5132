package dev.twisted.benchmarks.echo;

import java.io.IOException;

/**
 * What the load does.
 */
enum Scenario {

	/** The price of one small message on its own. */
	ONE_IN_FLIGHT("64 B, 1 in flight", 64, 64, 1),

	/** The price of a small message among others. */
	SIXTEEN_IN_FLIGHT("64 B, 16 in flight", 64, 64, 16),

	/** The price of moving bytes. */
	LARGE("16 KiB, 1 in flight", 64, 16 * 1024, 1),

	/** The price of a connection. */
	CONNECT("connect, echo 64 B, close", 16, 64, 1);

	private final String title;

	private final int connections;

	private final int messageSize;

	private final int inFlight;

	Scenario(String title, int connections, int messageSize, int inFlight) {
		this.title = title;
		this.connections = connections;
		this.messageSize = messageSize;
		this.inFlight = inFlight;
	}

	String title() {
		return this.title;
	}

	Load connect(int port) throws IOException {
		return (this != CONNECT) ? new SteadyLoad(port, this.connections, this.messageSize, this.inFlight)
				: new ConnectLoad(port, this.connections, this.messageSize);
	}

}
