package dev.twisted.internet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has gathered to send in this turn. One piece goes as it is; small
 * pieces after it are put together into one buffer, so that a turn costs one write
 * however many pieces it had. Loop thread only.
 */
final class Output {

	/** Up to this many bytes copying is cheaper than a write of their own. */
	private static final int SMALL = 4096;

	private static final int FIRST_CAPACITY = 1024;

	private static final int MOST_EXPECTED = 64 * 1024;

	private @Nullable ByteBuf gathered;

	/** Whether {@link #gathered} was made here and may be written to. */
	private boolean growing;

	private int bytes;

	private int pieces;

	/**
	 * How much a turn of many pieces brings, as the last one had it; 0 after one of one.
	 */
	private int expected;

	/** How many bytes wait here. */
	int bytes() {
		return this.bytes;
	}

	void add(ChannelHandlerContext channel, byte[] data) {
		this.pieces++;
		this.bytes += data.length;
		if (data.length > SMALL) {
			passOn(channel, Unpooled.wrappedBuffer(data), false);
			return;
		}
		room(channel, data.length).writeBytes(data);
	}

	/** Add a buffer, which belongs to this from now on. */
	void add(ChannelHandlerContext channel, ByteBuf data) {
		int length = data.readableBytes();
		this.pieces++;
		this.bytes += length;
		if (this.gathered == null || length > SMALL) {
			passOn(channel, data, false);
			return;
		}
		try {
			room(channel, length).writeBytes(data);
		}
		finally {
			data.release();
		}
	}

	/** Take what is left to write. */
	@Nullable ByteBuf take() {
		ByteBuf taken = this.gathered;
		this.gathered = null;
		this.expected = (this.pieces > 1) ? Math.min(this.bytes, MOST_EXPECTED) : 0;
		this.pieces = 0;
		this.bytes = 0;
		return taken;
	}

	/** Drop what was gathered. */
	void clear() {
		ByteBuf dropped = take();
		if (dropped != null) {
			dropped.release();
		}
	}

	/** A buffer to write some more bytes to. */
	private ByteBuf room(ChannelHandlerContext channel, int length) {
		ByteBuf present = this.gathered;
		if (present != null && this.growing) {
			return present;
		}
		ByteBufAllocator allocator = channel.alloc();
		if (present != null && present.readableBytes() <= SMALL) {
			int both = present.readableBytes() + length;
			ByteBuf joined = allocator.directBuffer(Math.max(Math.max(FIRST_CAPACITY, this.expected), 2 * both));
			joined.writeBytes(present);
			present.release();
			this.gathered = joined;
			this.growing = true;
			return joined;
		}
		int likely = (present != null) ? Math.max(FIRST_CAPACITY, this.expected) : this.expected;
		ByteBuf fresh = allocator.directBuffer(Math.max(likely, length));
		passOn(channel, fresh, true);
		return fresh;
	}

	/** Hand over what was gathered, in its order, and go on with another buffer. */
	private void passOn(ChannelHandlerContext channel, ByteBuf next, boolean growing) {
		ByteBuf before = this.gathered;
		if (before != null) {
			channel.write(before, channel.voidPromise());
		}
		this.gathered = next;
		this.growing = growing;
	}

}
