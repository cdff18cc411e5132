package dev.twisted.protocols;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A protocol of lines, and of nothing but lines. Follows Twisted's
 * {@code LineOnlyReceiver}. {@link LineReceiver} knows raw data as well.
 * <p>
 * Override one of the three {@code lineReceived}: as text, as an array, or as a buffer.
 * Lines come without their delimiter, which is CR LF unless it is changed.
 * <p>
 * A line may have 16384 bytes without its delimiter. A longer one goes to
 * {@link #lineLengthExceeded}, which closes the connection, as soon as more than that has
 * come in.
 * <p>
 * {@link #setStrictLineEnds strict line ends} are for protocols such as SMTP, where two
 * parties who disagree about what ends a line can be played off against each other.
 */
public abstract class LineOnlyReceiver extends FramedProtocol {

	private static final int MAX_LENGTH = 16384;

	/** How much of a line to look at, at least, when its end has not come yet. */
	private static final int LOOK_AHEAD = 256;

	private static final byte[] CR_LF = { '\r', '\n' };

	private static final Doors DOORS = new Doors(LineOnlyReceiver.class, "lineReceived");

	private final Door door = DOORS.get(getClass());

	private byte[] delimiter = CR_LF;

	private Charset charset = StandardCharsets.UTF_8;

	private boolean strict;

	/** How much of an unfinished line is known to have no delimiter. */
	private int searched;

	/**
	 * Make the receiver.
	 */
	protected LineOnlyReceiver() {
		super(MAX_LENGTH);
	}

	/**
	 * What ends a line.
	 * @return the bytes, a copy
	 */
	public final byte[] delimiter() {
		return this.delimiter.clone();
	}

	/**
	 * Say what ends a line; holds for what has not been delivered yet, and for what is
	 * sent.
	 * @param delimiter the bytes
	 * @throws IllegalArgumentException if there are none, or if line ends are strict
	 */
	public final void setDelimiter(byte... delimiter) {
		if (delimiter.length == 0) {
			throw new IllegalArgumentException("A delimiter needs a byte at least");
		}
		if (this.strict) {
			throw new IllegalArgumentException("Strict line ends are CR LF and nothing else");
		}
		this.delimiter = delimiter.clone();
		this.searched = 0;
	}

	/**
	 * How lines are encoded where they are text.
	 * @return the charset, which is UTF-8 unless changed
	 */
	public final Charset charset() {
		return this.charset;
	}

	/**
	 * Say how lines are encoded where they are text.
	 * @param charset a charset in which the delimiter means the same as in ASCII
	 */
	public final void setCharset(Charset charset) {
		this.charset = Objects.requireNonNull(charset, "charset");
	}

	/**
	 * Whether a CR or an LF on its own is an error.
	 * @return false unless changed
	 */
	public final boolean strictLineEnds() {
		return this.strict;
	}

	/**
	 * Say whether a CR or an LF on its own is an error: received, it closes the
	 * connection; it cannot be sent. RFC 5321 section 2.3.8 asks for that.
	 * @param strict whether it is
	 * @throws IllegalStateException if lines do not end with CR LF
	 */
	public final void setStrictLineEnds(boolean strict) {
		if (strict && !Arrays.equals(this.delimiter, CR_LF)) {
			throw new IllegalStateException("Only lines that end with CR LF can do so strictly");
		}
		this.strict = strict;
		this.searched = 0;
	}

	// Receiving

	/**
	 * A line has come in: as text. What is no text in the {@link #charset()} closes the
	 * connection.
	 * @param line the line without its delimiter
	 * @throws Exception to close the connection with that reason
	 */
	protected void lineReceived(String line) throws Exception {
		throw new UnsupportedOperationException(logPrefix() + " does not override lineReceived");
	}

	/**
	 * A line has come in: as an array. Unless this is overridden, it goes on as text.
	 * @param line the line without its delimiter, the receiver's own
	 * @throws Exception to close the connection with that reason
	 */
	protected void lineReceived(byte[] line) throws Exception {
		lineReceived(Text.decode(line, this.charset));
	}

	/**
	 * A line has come in: the door for those who count copies. Unless this is overridden,
	 * it goes on as an array or as text.
	 * @param line the line without its delimiter; valid during the call and released by
	 * the caller, so retain what is to be kept or written
	 * @throws Exception to close the connection with that reason
	 */
	protected void lineReceived(ByteBuf line) throws Exception {
		lineReceived(ByteBufUtil.getBytes(line));
	}

	/**
	 * A line is longer than {@link #maxLength()}. The connection is closed unless this is
	 * overridden.
	 * @param line the line, or as much of it as has come
	 * @throws Exception to close the connection with that reason
	 */
	protected void lineLengthExceeded(byte[] line) throws Exception {
		throw new LengthLimitExceededException("line", line.length, maxLength());
	}

	@Override
	boolean next(ByteBuf input) throws Exception {
		int start = input.readerIndex();
		int end = input.writerIndex();
		int lineEnd = find(input, start, end);
		if (lineEnd < 0) {
			if (tooLongUnfinished(input, start, end - start)) {
				this.searched = 0;
				tooLong();
				lineLengthExceeded(takeUnfinished(input));
				return true;
			}
			this.searched = end - start;
			return false;
		}
		int length = lineEnd - start;
		this.searched = 0;
		if (length > maxLength()) {
			tooLong();
			lineLengthExceeded(takeTooLong(input, length));
			return true;
		}
		input.readerIndex(lineEnd + this.delimiter.length);
		received(input, start, length);
		switch (this.door) {
			case BUFFER -> lineReceived(input.slice(start, length));
			case BYTES -> lineReceived(ByteBufUtil.getBytes(input, start, length));
			case TEXT -> lineReceived(Text.decode(input, start, length, this.charset));
		}
		return true;
	}

	@Override
	int missing(ByteBuf input) {
		return Math.max(LOOK_AHEAD, input.readableBytes());
	}

	@Override
	void inputCleared() {
		this.searched = 0;
	}

	/** How long the delimiter is, without copying it. */
	final int delimiterLength() {
		return this.delimiter.length;
	}

	/**
	 * Whether some bytes without a delimiter cannot become a line any more. They still
	 * can if those above the limit are the beginning of a delimiter.
	 */
	boolean tooLongUnfinished(ByteBuf input, int start, int length) {
		int excess = length - maxLength();
		return excess > 0 && (excess >= this.delimiter.length || !beginsAt(start + length - excess, input, excess));
	}

	/** Take a line that is too long, with what comes with it; its end is known. */
	byte[] takeTooLong(ByteBuf input, int length) {
		byte[] line = new byte[length];
		input.readBytes(line).skipBytes(this.delimiter.length);
		return line;
	}

	/** Take a line that is too long, with what comes with it; its end has not come. */
	byte[] takeUnfinished(ByteBuf input) {
		byte[] line = new byte[input.readableBytes()];
		input.readBytes(line);
		return line;
	}

	/**
	 * Find the first delimiter, without looking again at what was looked at before.
	 * @return where it begins, or -1
	 */
	private int find(ByteBuf input, int start, int end) {
		int others = this.delimiter.length - 1;
		byte last = this.delimiter[others];
		int from = start + this.searched;
		while (from < end) {
			int found = input.indexOf(from, end, last);
			if (found < 0) {
				break;
			}
			int begin = found - others;
			if (begin >= start && beginsAt(begin, input, others)) {
				refuseBareReturn(input, start, begin);
				return begin;
			}
			if (this.strict) {
				throw new FramingException("A line feed came without a carriage return before it");
			}
			from = found + 1;
		}
		refuseBareReturn(input, start, end - 1);
		return -1;
	}

	private boolean beginsAt(int start, ByteBuf input, int others) {
		for (int i = 0; i < others; i++) {
			if (input.getByte(start + i) != this.delimiter[i]) {
				return false;
			}
		}
		return true;
	}

	private void refuseBareReturn(ByteBuf input, int start, int end) {
		if (!this.strict) {
			return;
		}
		int from = start + Math.max(0, this.searched - 1);
		if (from < end && input.indexOf(from, end, (byte) '\r') >= 0) {
			throw new FramingException("A carriage return came without a line feed after it");
		}
	}

	// Sending

	/**
	 * Send a line. May be called from any thread.
	 * @param line the line without its delimiter; must not be changed afterwards
	 * @throws IllegalArgumentException if line ends are strict and there is one in it
	 */
	public void sendLine(byte[] line) {
		if (this.strict) {
			refuseLineEnds(Unpooled.wrappedBuffer(line));
		}
		sent(line);
		Transport transport = transport();
		if (here()) {
			transport.write(line);
			transport.write(this.delimiter);
		}
		else {
			byte[] joined = Arrays.copyOf(line, line.length + this.delimiter.length);
			System.arraycopy(this.delimiter, 0, joined, line.length, this.delimiter.length);
			transport.write(joined);
		}
	}

	/**
	 * Send a line of text. May be called from any thread.
	 * @param line the line without its delimiter
	 * @throws IllegalArgumentException if it has characters that the {@link #charset()}
	 * lacks, or if line ends are strict and there is one in it
	 */
	public void sendLine(String line) {
		sendLine(Text.encode(line, this.charset));
	}

	/**
	 * Send a line. May be called from any thread.
	 * @param line the line without its delimiter; the transport releases the buffer
	 * @throws IllegalArgumentException if line ends are strict and there is one in it;
	 * the buffer is released then, too
	 */
	public void sendLine(ByteBuf line) {
		if (this.strict) {
			try {
				refuseLineEnds(line);
			}
			catch (IllegalArgumentException ex) {
				line.release();
				throw ex;
			}
		}
		sent(line);
		Transport transport = transport();
		if (here()) {
			transport.write(line);
			transport.write(this.delimiter);
		}
		else {
			transport.write(Unpooled.wrappedBuffer(line, Unpooled.wrappedBuffer(this.delimiter)));
		}
	}

	private static void refuseLineEnds(ByteBuf line) {
		if (line.indexOf(line.readerIndex(), line.writerIndex(), (byte) '\r') >= 0
				|| line.indexOf(line.readerIndex(), line.writerIndex(), (byte) '\n') >= 0) {
			throw new IllegalArgumentException("A strict line cannot have a line end in it");
		}
	}

}
