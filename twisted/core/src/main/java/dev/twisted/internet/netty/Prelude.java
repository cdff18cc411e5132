package dev.twisted.internet.netty;

import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.Preamble;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a connection that has to introduce itself before it may speak.
 */
final class Prelude {

	private final StreamConnection connection;

	private final Preamble preamble;

	private ByteBuf received = Unpooled.EMPTY_BUFFER;

	Prelude(StreamConnection connection, Preamble preamble) {
		this.connection = connection;
		this.preamble = preamble;
	}

	/** Read some more bytes, which belong to this from now on. */
	void read(ByteBuf data) {
		Preamble.Introduction said;
		try {
			said = add(data);
		}
		catch (Exception ex) {
			failed(ex);
			return;
		}
		if (said != null) {
			ByteBuf rest = this.received;
			this.received = Unpooled.EMPTY_BUFFER;
			this.connection.preludeRead(said, rest);
		}
	}

	/** It is not what it has to be, or takes too long. */
	void failed(Throwable why) {
		if (!this.connection.ending().lost()) {
			Failure failure = new Failure(why);
			this.connection.owner().handshakeFailed(this.connection, failure);
			this.connection.ending().refuse(failure);
		}
	}

	/** The peer has closed its side. */
	void cut() {
		Failure why = new Failure(new ConnectionLost(null));
		if (begun()) {
			this.connection.owner().handshakeFailed(this.connection, why);
		}
		this.connection.ending().refuse(why);
	}

	/** Whether anything has come in. */
	private boolean begun() {
		return this.received.isReadable();
	}

	private Preamble.@Nullable Introduction add(ByteBuf data) throws Exception {
		if (begun()) {
			ByteBuf joined = Unpooled.buffer(this.received.readableBytes() + data.readableBytes());
			joined.writeBytes(this.received).writeBytes(data);
			release();
			data.release();
			this.received = joined;
		}
		else {
			this.received = data;
		}
		int start = this.received.readerIndex();
		Preamble.Introduction said = this.preamble.read(this.received);
		if (said == null) {
			this.received.readerIndex(start);
		}
		return said;
	}

	void release() {
		this.received.release();
		this.received = Unpooled.EMPTY_BUFFER;
	}

}
