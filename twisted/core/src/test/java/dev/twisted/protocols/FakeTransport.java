package dev.twisted.protocols;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A connection without a network: it keeps what is written and knows whether it would be
 * read.
 */
public class FakeTransport implements Transport {

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private final Queue<Action> calls = new ArrayDeque<>();

	/** How many writes there were. */
	int writes;

	/** Whether nothing would be read. */
	public boolean paused;

	/** Why it was closed. */
	public Failure reason;

	/** Who produces what is written. */
	public Producer producer;

	/**
	 * Connect a protocol.
	 * @param protocol the protocol
	 * @return its transport
	 */
	static FakeTransport connect(Protocol protocol) {
		FakeTransport transport = new FakeTransport();
		try {
			protocol.makeConnection(transport);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
		return transport;
	}

	/** Have a protocol receive Latin-1 text, in one piece. */
	static void receive(Protocol protocol, String text) {
		receive(protocol, text.getBytes(StandardCharsets.ISO_8859_1));
	}

	static void receive(Protocol protocol, byte[] bytes) {
		try {
			deliver(protocol, bytes);
		}
		catch (Exception ex) {
			protocol.transport().failConnection(new Failure(ex));
		}
	}

	/**
	 * Have a protocol receive bytes in one piece, in a buffer that is overwritten
	 * afterwards, as that of a connection is.
	 * @param protocol the protocol
	 * @param bytes the bytes
	 * @throws Exception what the protocol throws
	 */
	protected static void deliver(Protocol protocol, byte[] bytes) throws Exception {
		ByteBuf data = Unpooled.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
		try {
			protocol.deliverData(data);
		}
		finally {
			data.setZero(0, data.capacity());
			data.release();
		}
	}

	/**
	 * What was written, as Latin-1 text.
	 * @return all of it
	 */
	public String written() {
		return this.written.toString(StandardCharsets.ISO_8859_1);
	}

	/** Forget what was written. */
	void clear() {
		this.written.reset();
		this.writes = 0;
	}

	/** Run what was asked to be run on the loop, as a turn of it would. */
	public void turn() {
		for (int present = this.calls.size(); present > 0; present--) {
			try {
				this.calls.remove().run();
			}
			catch (Exception ex) {
				failConnection(new Failure(ex));
			}
		}
	}

	@Override
	public void write(byte[] data) {
		this.writes++;
		this.written.writeBytes(data);
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
		if (this.reason == null) {
			this.reason = reason;
		}
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
		throw new UnsupportedOperationException();
	}

	@Override
	public Address getHost() {
		throw new UnsupportedOperationException();
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
