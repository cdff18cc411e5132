package dev.twisted.internet.netty;

import dev.twisted.internet.Preamble;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a connection that has to introduce itself before it may speak.
 */
final class Prelude {

	private final Preamble preamble;

	private ByteBuf received = Unpooled.EMPTY_BUFFER;

	Prelude(Preamble preamble) {
		this.preamble = preamble;
	}

	/** Whether anything has come in. */
	boolean begun() {
		return this.received.isReadable();
	}

	/**
	 * Take some more bytes, which belong to this from now on.
	 * @return what was said, {@code null} if there is more to come
	 */
	Preamble.@Nullable Introduction add(ByteBuf data) throws Exception {
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

	/** What came after it, for the caller to release. */
	ByteBuf rest() {
		ByteBuf rest = this.received;
		this.received = Unpooled.EMPTY_BUFFER;
		return rest;
	}

	void release() {
		rest().release();
	}

}
