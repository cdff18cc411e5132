package dev.twisted.protocols;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A protocol of lines and raw data, in turn. Follows Twisted's {@code LineReceiver}.
 * <p>
 * In line mode, where it begins, it is a {@link LineOnlyReceiver}. In raw mode whatever
 * comes goes to {@code rawDataReceived} as it comes, from the very byte after the last
 * line on. Raw mode lasts until {@link #setLineMode}, or for a number of bytes that is
 * known beforehand, as that of a literal in IMAP or a body in HTTP.
 * <p>
 * As in Twisted, a line that has not come to its end is too long only when the limit and
 * the length of the delimiter have been reached, and {@link #lineLengthExceeded} gets
 * everything that has been received after its beginning as well.
 */
public abstract class LineReceiver extends LineOnlyReceiver {

	/** Raw mode without an end. */
	private static final long ENDLESS = -1;

	/** The last of the bytes that are raw are being delivered. */
	private static final long ENDING = -2;

	private static final Doors RAW_DOORS = new Doors(LineReceiver.class, "rawDataReceived");

	private final Door rawDoor = RAW_DOORS.get(getClass());

	/** How many bytes are raw. */
	private long raw;

	/**
	 * Make the receiver.
	 */
	protected LineReceiver() {
	}

	/**
	 * Whether this is in line mode.
	 * @return true if the next bytes are lines
	 */
	public final boolean lineMode() {
		return this.raw == 0 || this.raw == ENDING;
	}

	/**
	 * Take what comes next as raw data, until {@link #setLineMode}.
	 */
	public final void setRawMode() {
		this.raw = ENDLESS;
		inputCleared();
	}

	/**
	 * Take the next bytes as raw data. They are followed by {@link #rawDataEnded} and
	 * then by lines.
	 * @param bytes how many; for 0, {@link #rawDataEnded} is called at once
	 * @throws IllegalArgumentException if the number is negative
	 * @throws Exception what {@link #rawDataEnded} threw
	 */
	public final void setRawMode(long bytes) throws Exception {
		if (bytes < 0) {
			throw new IllegalArgumentException("There cannot be %d bytes of raw data".formatted(bytes));
		}
		this.raw = bytes;
		inputCleared();
		if (bytes == 0) {
			rawDataEnded();
		}
	}

	/**
	 * Take what comes next as lines.
	 */
	public final void setLineMode() {
		this.raw = 0;
		inputCleared();
	}

	/**
	 * Take what comes next as lines.
	 * @param extra raw data that was delivered but turned out to be lines; they are
	 * delivered when the handler that calls this is done, and before what came after them
	 * @throws Exception what a handler threw
	 */
	public final void setLineMode(byte[] extra) throws Exception {
		setLineMode();
		ByteBuf input = Unpooled.wrappedBuffer(extra, takeInput());
		if (input.isReadable()) {
			dataReceived(input);
		}
	}

	/**
	 * Throw away what has been received and not delivered.
	 * @return what it was
	 */
	public final byte[] clearLineBuffer() {
		return takeInput();
	}

	/**
	 * Raw data has come in, as much as the network happened to bring.
	 * @param data the bytes, the receiver's own
	 * @throws Exception to close the connection with that reason
	 */
	protected void rawDataReceived(byte[] data) throws Exception {
		throw new UnsupportedOperationException(logPrefix() + " does not override rawDataReceived");
	}

	/**
	 * Raw data has come in: the door for those who count copies. Unless this is
	 * overridden, it goes on as an array.
	 * @param data the bytes; valid during the call and released by the caller, so retain
	 * what is to be kept or written
	 * @throws Exception to close the connection with that reason
	 */
	protected void rawDataReceived(ByteBuf data) throws Exception {
		rawDataReceived(ByteBufUtil.getBytes(data));
	}

	/**
	 * All the raw data has come that {@link #setRawMode(long)} asked for; lines follow.
	 * Not called if the mode was changed before, or by the handler of the last of it.
	 * @throws Exception to close the connection with that reason
	 */
	protected void rawDataEnded() throws Exception {
	}

	/**
	 * A line is longer than {@link #maxLength()}. The connection is closed unless this is
	 * overridden.
	 * @param line everything that has been received and not been delivered, beginning
	 * with the line. It may have more lines behind it or only a part of the one; it is
	 * dropped
	 * @throws Exception to close the connection with that reason
	 */
	@Override
	protected void lineLengthExceeded(byte[] line) throws Exception {
		super.lineLengthExceeded(line);
	}

	@Override
	boolean next(ByteBuf input) throws Exception {
		if (this.raw == 0) {
			return super.next(input);
		}
		int length = input.readableBytes();
		if (length == 0) {
			return false;
		}
		if (this.raw != ENDLESS) {
			length = (int) Math.min(length, this.raw);
			this.raw = (length < this.raw) ? this.raw - length : ENDING;
		}
		int start = input.readerIndex();
		input.skipBytes(length);
		if (this.rawDoor == Door.BUFFER) {
			rawDataReceived(input.slice(start, length));
		}
		else {
			rawDataReceived(ByteBufUtil.getBytes(input, start, length));
		}
		if (this.raw == ENDING) {
			this.raw = 0;
			rawDataEnded();
		}
		return true;
	}

	@Override
	boolean tooLongUnfinished(ByteBuf input, int start, int length) {
		return length - delimiterLength() >= maxLength();
	}

	@Override
	byte[] takeTooLong(ByteBuf input, int length) {
		return takeInput();
	}

	@Override
	byte[] takeUnfinished(ByteBuf input) {
		return takeInput();
	}

}
