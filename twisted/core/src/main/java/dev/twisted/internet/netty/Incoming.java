package dev.twisted.internet.netty;

import java.util.ArrayDeque;
import java.util.Queue;

import javax.net.ssl.SSLException;

import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on a connection: when it is read, who gets it, and how it ends. Loop
 * thread only.
 */
final class Incoming {

	private final StreamConnection connection;

	/** Input that came after reading was paused. */
	private @Nullable Queue<ByteBuf> held;

	/** Whether a read goes on. */
	private boolean reading;

	/** Whether input may still come that was read before TLS. */
	private boolean discarding;

	/** Whether the user has paused it. */
	private boolean paused;

	/** Whether a limit wants it to wait. */
	private boolean heldBack;

	/** Whether output has to go before more may come. */
	private boolean backPressure;

	/** Whether the peer has closed without ending TLS. */
	private boolean cut;

	private boolean ended;

	/** Whether it has ended behind what is held. */
	private boolean endHeld;

	/** Whether the channel outlives the end of its input; as Netty has it at first. */
	private boolean outlived;

	Incoming(StreamConnection connection) {
		this.connection = connection;
	}

	// Bytes

	void read(ByteBuf data) {
		if (this.paused || this.held != null) {
			hold(data);
		}
		else {
			this.reading = true;
			deliver(data);
		}
	}

	void readComplete() {
		this.reading = false;
	}

	boolean reading() {
		return this.reading;
	}

	private void deliver(ByteBuf data) {
		StreamConnection connection = this.connection;
		Protocol receiver = connection.protocol();
		ConnectionWatch watch = connection.watch();
		int bytes = (watch != null) ? data.readableBytes() : 0;
		Contextual outer = connection.loop().enter(connection, connection);
		try {
			if (receiver != null) {
				receiver.deliverData(data);
			}
		}
		catch (Throwable ex) {
			connection.failed(ex);
		}
		finally {
			connection.loop().exit(connection, outer);
			data.release();
		}
		if (watch != null && !connection.ending().lost()) {
			watch.received(bytes);
		}
	}

	private void hold(ByteBuf data) {
		if (this.held == null) {
			this.held = new ArrayDeque<>(2);
		}
		this.held.add(data);
	}

	private void deliverHeld() {
		while (this.held != null && !this.paused) {
			ByteBuf data = this.held.poll();
			if (data == null) {
				this.held = null;
			}
			else if (this.connection.disconnecting()) {
				data.release();
			}
			else {
				deliver(data);
			}
		}
		if (!this.paused && this.endHeld) {
			this.endHeld = false;
			end();
		}
		this.connection.outgoing().scheduleFlush();
		update();
	}

	void releaseHeld() {
		if (this.held != null) {
			this.held.forEach(ByteBuf::release);
			this.held = null;
		}
	}

	/** Drop what comes until TLS has taken its place. */
	void discard(boolean discarding) {
		this.discarding = discarding;
	}

	boolean discarding() {
		return this.discarding;
	}

	// Pauses

	void pause() {
		this.paused = true;
		update();
	}

	void resume() {
		if (this.paused) {
			this.paused = false;
			if (this.held != null || this.endHeld) {
				this.connection.loop().executor().execute(this::deliverHeld);
			}
			else {
				update();
			}
		}
	}

	boolean paused() {
		return this.paused;
	}

	/**
	 * Read no more for a while, for the sake of a limit.
	 * @return false if that is so already
	 */
	boolean holdBack() {
		if (this.heldBack) {
			return false;
		}
		this.heldBack = true;
		update();
		return true;
	}

	void goOn() {
		this.heldBack = false;
		update();
	}

	boolean heldBack() {
		return this.heldBack;
	}

	void backPressure(boolean applied) {
		if (this.backPressure != applied) {
			this.backPressure = applied;
			update();
		}
	}

	/** Read, or do not, as things are now. */
	void update() {
		StreamConnection connection = this.connection;
		TlsLayer layer = connection.tls();
		boolean read = connection.ending().lost() || (layer != null && layer.handshaking()) || !(this.paused
				|| this.heldBack || this.backPressure || connection.ending().begun() || this.held != null);
		if (!connection.channel().isOpen()) {
			return;
		}
		outliveEnd();
		if (connection.direct()) {
			connection.channel().config().setAutoRead(read);
		}
		else if (read) {
			connection.askForInput();
		}
	}

	/**
	 * When the peer has closed its side, the channel closes at once unless something is
	 * still to be received, sent or told. To close it in two steps is right as well, but
	 * takes two more system calls for each connection.
	 */
	void outliveEnd() {
		boolean needed = this.connection.awaitsEndOfInput() || this.connection.outgoing().unfinished() || this.paused
				|| this.heldBack || this.backPressure || this.held != null;
		if (needed != this.outlived) {
			this.outlived = needed;
			this.connection.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, needed);
		}
	}

	boolean outlived() {
		return this.outlived;
	}

	// The end

	/** The peer has closed its side. */
	void ended() {
		if (this.paused || this.held != null) {
			this.endHeld = true;
		}
		else {
			end();
		}
	}

	/** The peer has closed without the goodbye that TLS asks for: there may be more. */
	void cut(TlsLayer layer) {
		if (hasEnded()) {
			return;
		}
		if (this.connection.ending().lost()) {
			this.connection.channel().close();
			return;
		}
		if (layer.handshaking()) {
			this.connection.ending().tlsFailed(new SSLException("the peer closed the connection during the handshake"));
			return;
		}
		this.cut = true;
		ended();
	}

	private void end() {
		if (this.ended) {
			return;
		}
		this.ended = true;
		StreamConnection connection = this.connection;
		HalfCloseableProtocol half = connection.adapted(HalfCloseableProtocol.class);
		if (connection.ending().lost()) {
			connection.channel().close();
		}
		else if (half != null && !connection.ending().begun() && !this.cut) {
			connection.guard(half::readConnectionLost);
			if (connection.outgoing().closed()) {
				connection.ending().begin(ConnectionDone.FAILURE);
			}
			connection.outgoing().flush();
		}
		else {
			connection.outgoing().stopProducer();
			connection.ending()
				.begin(this.cut
						? new Failure(new ConnectionLost(
								new SSLException("the peer closed the connection without ending TLS")))
						: ConnectionDone.FAILURE);
			connection.outgoing().flush();
		}
	}

	/** Whether nothing more comes, though what is held may not have been told. */
	boolean hasEnded() {
		return this.ended || this.endHeld;
	}

	/** Whether nothing more comes, and the protocol knows. */
	boolean isOver() {
		return this.ended;
	}

}
