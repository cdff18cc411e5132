package dev.twisted.spread.pb;

import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Queue;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * One end of a connection without a network. What is written waits until somebody takes
 * it, or goes to the other end when the wire is pumped.
 */
final class Wire implements Transport {

	private final ByteBuf written = Unpooled.buffer();

	private final Queue<Action> calls = new ArrayDeque<>();

	private final Protocol protocol;

	private Wire other;

	private Producer producer;

	/** Why it was closed. */
	Failure reason;

	private boolean lost;

	private Wire(Protocol protocol) {
		this.protocol = protocol;
	}

	/** Give a protocol a connection whose other end is the test. */
	static Wire open(Protocol protocol) {
		Wire wire = new Wire(protocol);
		wire.connect();
		return wire;
	}

	/** Connect two protocols, and let them agree. */
	static Wire join(Protocol server, Protocol client) {
		Wire left = new Wire(server);
		Wire right = new Wire(client);
		left.other = right;
		right.other = left;
		left.connect();
		right.connect();
		left.pump();
		return left;
	}

	private void connect() {
		try {
			this.protocol.makeConnection(this);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	/** Carry everything to where it belongs until nothing moves any more. */
	void pump() {
		boolean moved = true;
		while (moved) {
			moved = turn() | this.other.turn() | carry() | this.other.carry();
		}
	}

	private boolean carry() {
		byte[] bytes = take();
		if (bytes.length > 0 && this.other != null && !this.other.lost) {
			this.other.receive(bytes);
		}
		if (this.reason != null && !this.lost) {
			lose(this.reason);
			if (this.other != null) {
				this.other.lose(ConnectionDone.FAILURE);
			}
			return true;
		}
		return bytes.length > 0;
	}

	/** Lose the connection. */
	void lose(Failure why) {
		if (!this.lost) {
			this.lost = true;
			this.reason = why;
			try {
				this.protocol.deliverConnectionLost(why);
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
			turn();
		}
	}

	/** Do what was asked for from other threads, and what the producer may write. */
	boolean turn() {
		boolean done = false;
		Action call;
		while ((call = poll()) != null) {
			done = true;
			try {
				call.run();
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
		}
		if (this.producer != null) {
			this.producer.resumeProducing();
			done = true;
		}
		return done;
	}

	private Action poll() {
		synchronized (this.calls) {
			return this.calls.poll();
		}
	}

	/** Receive bytes in a buffer that is overwritten afterwards. */
	void receive(byte[] bytes) {
		ByteBuf data = Unpooled.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
		try {
			this.protocol.deliverData(data);
		}
		catch (Exception ex) {
			failConnection(new Failure(ex));
		}
		finally {
			data.setZero(0, data.capacity());
			data.release();
		}
	}

	/** Receive hexadecimal digits. */
	void receive(String hex) {
		receive(HexFormat.of().parseHex(hex.replace(" ", "")));
	}

	/** Take what was written. */
	byte[] take() {
		byte[] bytes = ByteBufUtil.getBytes(this.written);
		this.written.clear();
		return bytes;
	}

	/** Take what was written, as hexadecimal digits. */
	String takeHex() {
		return HexFormat.ofDelimiter(" ").formatHex(take());
	}

	@Override
	public void write(byte[] data) {
		if (this.reason == null) {
			this.written.writeBytes(data);
		}
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
	public void failConnection(Failure why) {
		if (this.reason == null) {
			this.reason = why;
		}
	}

	@Override
	public boolean disconnecting() {
		return this.reason != null;
	}

	@Override
	public void callFromThread(Action call) {
		synchronized (this.calls) {
			this.calls.add(call);
		}
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		this.producer = producer;
	}

	@Override
	public void unregisterProducer() {
		this.producer = null;
	}

	@Override
	public void pauseProducing() {
	}

	@Override
	public void resumeProducing() {
	}

	@Override
	public void stopProducing() {
		loseConnection();
	}

	@Override
	public Address getPeer() {
		return new IPv4Address("TCP", "127.0.0.1", 1);
	}

	@Override
	public Address getHost() {
		return new IPv4Address("TCP", "127.0.0.1", 2);
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

}
