package dev.twisted.benchmarks.echo;

import java.io.IOException;

/**
 * What the load does.
 */
enum Scenario {

	/** The price of one small message on its own. */
	ONE_IN_FLIGHT("64 B, 1 in flight", Framing.RAW, 64, 64, 1),

	/** The price of a small message among others. */
	SIXTEEN_IN_FLIGHT("64 B, 16 in flight", Framing.RAW, 64, 64, 16),

	/** The price of moving bytes. */
	LARGE("16 KiB, 1 in flight", Framing.RAW, 64, 16 * 1024, 1),

	/** The price of a connection. */
	CONNECT("connect, echo 64 B, close", Framing.RAW, 16, 64, 1),

	/** The price of a line. */
	LINES("lines of 64 B, 64 in flight", Framing.LINES, 16, 64, 64),

	/** The price of a string with its length in front. */
	INT32("Int32 strings of 64 B, 64 in flight", Framing.INT32, 16, 64, 64);

	private final String title;

	private final Framing framing;

	private final int connections;

	private final int messageSize;

	private final int inFlight;

	Scenario(String title, Framing framing, int connections, int messageSize, int inFlight) {
		this.title = title;
		this.framing = framing;
		this.connections = connections;
		this.messageSize = messageSize;
		this.inFlight = inFlight;
	}

	String title() {
		return this.title;
	}

	Framing framing() {
		return this.framing;
	}

	Load connect(int port) throws IOException {
		if (this == CONNECT) {
			return new ConnectLoad(port, this.connections, this.messageSize);
		}
		byte[] content = new byte[this.messageSize];
		for (int i = 0; i < content.length; i++) {
			content[i] = (byte) (i * 31);
		}
		return new SteadyLoad(port, this.connections, this.framing.message(content), this.inFlight);
	}

}
