package dev.twisted.protocols.policies;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.Factory;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A connection without a network to a protocol that a factory has made.
 */
final class Line implements Transport {

	private final Queue<Action> calls = new ArrayDeque<>();

	private final StringBuilder written = new StringBuilder();

	private final Address peer;

	private final Protocol protocol;

	boolean paused;

	/** Why it was closed. */
	Failure reason;

	Producer producer;

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
		ByteBuf data = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
		try {
			this.protocol.deliverData(data);
		}
		finally {
			data.release();
		}
	}

	/** The connection is gone. */
	void lose() throws Exception {
		this.protocol.deliverConnectionLost((this.reason != null) ? this.reason : ConnectionDone.FAILURE);
	}

	String written() {
		return this.written.toString();
	}

	/** Run what was asked to be run on the loop. */
	void turn() throws Exception {
		for (Action call = this.calls.poll(); call != null; call = this.calls.poll()) {
			call.run();
		}
	}

	@Override
	public void write(byte[] data) {
		this.written.append(new String(data, StandardCharsets.ISO_8859_1));
	}

	@Override
	public void write(ByteBuf data) {
		write(ByteBufUtil.getBytes(data));
		data.release();
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		data.forEach(this::write);
	}

	@Override
	public void loseConnection() {
		failConnection(ConnectionDone.FAILURE);
	}

	@Override
	public void abortConnection() {
		loseConnection();
	}

	@Override
	public void loseWriteConnection() {
	}

	@Override
	public void failConnection(Failure reason) {
		this.reason = reason;
	}

	@Override
	public boolean disconnecting() {
		return this.reason != null;
	}

	@Override
	public void callFromThread(Action call) {
		this.calls.add(call);
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		this.producer = producer;
		if (!streaming) {
			producer.resumeProducing();
		}
	}

	@Override
	public void unregisterProducer() {
		this.producer = null;
	}

	@Override
	public void pauseProducing() {
		this.paused = true;
	}

	@Override
	public void resumeProducing() {
		this.paused = false;
	}

	@Override
	public void stopProducing() {
		loseConnection();
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
	public boolean getTcpNoDelay() {
		return true;
	}

	@Override
	public void setTcpNoDelay(boolean enabled) {
	}

	@Override
	public boolean getTcpKeepAlive() {
		return false;
	}

	@Override
	public void setTcpKeepAlive(boolean enabled) {
	}

	@Override
	public String toString() {
		return "line from " + this.peer.host();
	}

}
