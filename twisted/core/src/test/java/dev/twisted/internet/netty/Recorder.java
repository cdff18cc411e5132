package dev.twisted.internet.netty;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * A protocol that remembers what happened to it.
 */
class Recorder extends Protocol {

	/** {@code made}, {@code data}, {@code lost} in their order. */
	final List<String> events = new CopyOnWriteArrayList<>();

	private final StringBuffer received = new StringBuffer();

	volatile Failure reason;

	@Override
	protected void connectionMade() throws Exception {
		this.events.add("made");
	}

	@Override
	protected void dataReceived(ByteBuf data) throws Exception {
		String text = new String(ByteBufUtil.getBytes(data), StandardCharsets.ISO_8859_1);
		this.received.append(text);
		this.events.add("data");
		received(text);
	}

	/** Something came in. */
	void received(String text) throws Exception {
	}

	@Override
	protected void connectionLost(Failure reason) throws Exception {
		this.reason = reason;
		this.events.add("lost");
	}

	/** All that came in. */
	String received() {
		return this.received.toString();
	}

	/** How often the connection was lost. */
	long losses() {
		return this.events.stream().filter("lost"::equals).count();
	}

	/** Write text. */
	void write(String text) {
		transport().write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

}
