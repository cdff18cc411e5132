package dev.twisted.protocols;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A protocol of frames in a format of one's own: a header that says how long the body
 * behind it is. The header is a record; {@link StructFrameReceiver} is for those who
 * describe it by a format of {@link dev.twisted.struct.Struct}.
 *
 * <pre class="code">
 * &#64;LittleEndian
 * record Header(int version, int length, int command) {
 * }
 *
 * class Private extends FrameReceiver&lt;Header&gt; {
 *
 *     private static final FrameHeader&lt;Header&gt; HEADER = FrameHeader.of(RecordFormat.of(Header.class),
 *             Header::length);
 *
 *     Private() {
 *         super(HEADER);
 *     }
 *
 *     &#64;Override
 *     protected void frameReceived(Header header, byte[] body) {
 *         sendFrame(new Header(1, body.length, 1001), body);
 *     }
 *
 * }
 * </pre>
 *
 * Override one of the three {@code frameReceived}: with the body as text, as an array, or
 * as a buffer. A body that is received may have 99999 bytes unless that is changed. A
 * header that says more, or less than nothing, closes the connection before any of the
 * body is kept.
 *
 * @param <H> what headers are read as
 */
public abstract class FrameReceiver<H> extends FramedProtocol {

	private static final int MAX_LENGTH = 99999;

	private static final Doors DOORS = new Doors(FrameReceiver.class, "frameReceived", Object.class);

	private final Door door = DOORS.get(getClass());

	private final FrameHeader<H> format;

	private final byte[] headerBytes;

	private Charset charset = StandardCharsets.UTF_8;

	/** The header whose body has not come. */
	private @Nullable H header;

	private int bodyLength;

	/**
	 * Make the receiver.
	 * @param header what the headers are like
	 */
	protected FrameReceiver(FrameHeader<H> header) {
		super(MAX_LENGTH);
		this.format = header;
		this.headerBytes = new byte[header.size()];
	}

	/**
	 * How bodies are encoded where they are text.
	 * @return the charset, which is UTF-8 unless changed
	 */
	public final Charset charset() {
		return this.charset;
	}

	/**
	 * Say how bodies are encoded where they are text.
	 * @param charset the charset
	 */
	public final void setCharset(Charset charset) {
		this.charset = Objects.requireNonNull(charset, "charset");
	}

	/**
	 * A header has come in, and its body may not have yet. Here is where to look at a
	 * magic number or a version, before anything more is taken from a stranger.
	 * @param header the header
	 * @throws Exception to close the connection with that reason; a
	 * {@link FramingException} if that is the peer's fault
	 */
	protected void headerReceived(H header) throws Exception {
	}

	/**
	 * A frame has come in: with its body as text. What is no text in the
	 * {@link #charset()} closes the connection.
	 * @param header the header
	 * @param body the body
	 * @throws Exception to close the connection with that reason
	 */
	protected void frameReceived(H header, String body) throws Exception {
		throw new UnsupportedOperationException(logPrefix() + " does not override frameReceived");
	}

	/**
	 * A frame has come in: with its body as an array. Unless this is overridden, it goes
	 * on as text.
	 * @param header the header
	 * @param body the body, the receiver's own
	 * @throws Exception to close the connection with that reason
	 */
	protected void frameReceived(H header, byte[] body) throws Exception {
		frameReceived(header, Text.decode(body, this.charset));
	}

	/**
	 * A frame has come in: the door for those who count copies. Unless this is
	 * overridden, it goes on as an array or as text.
	 * @param header the header
	 * @param body the body; valid during the call and released by the caller, so retain
	 * what is to be kept or written
	 * @throws Exception to close the connection with that reason
	 */
	protected void frameReceived(H header, ByteBuf body) throws Exception {
		frameReceived(header, ByteBufUtil.getBytes(body));
	}

	/**
	 * A header says that its body is longer than {@link #maxLength()}. The connection is
	 * closed unless this is overridden. If it is overridden and stays open, the body is
	 * dropped as it comes in, and the next frame is received.
	 * @param header the header
	 * @param length how long the body is, in bytes
	 * @throws Exception to close the connection with that reason
	 */
	protected void lengthLimitExceeded(H header, long length) throws Exception {
		throw new LengthLimitExceededException("body", length, maxLength());
	}

	@Override
	boolean next(ByteBuf input) throws Exception {
		H header = this.header;
		return (header != null) ? nextBody(header, input) : nextHeader(input);
	}

	private boolean nextHeader(ByteBuf input) throws Exception {
		if (input.readableBytes() < this.headerBytes.length) {
			return false;
		}
		input.readBytes(this.headerBytes);
		H header;
		long length;
		try {
			header = this.format.read(this.headerBytes);
			length = this.format.bodyLength(header);
		}
		catch (IllegalArgumentException ex) {
			throw new FramingException("What came is no header: " + ex.getMessage());
		}
		if (length < 0) {
			throw new FramingException("A header says that its body has %d bytes".formatted(length));
		}
		if (length <= maxLength()) {
			this.header = header;
			this.bodyLength = (int) length;
			headerReceived(header);
		}
		else {
			drop(length);
			headerReceived(header);
			tooLong();
			lengthLimitExceeded(header, length);
		}
		return true;
	}

	private boolean nextBody(H header, ByteBuf input) throws Exception {
		int length = this.bodyLength;
		if (input.readableBytes() < length) {
			return false;
		}
		this.header = null;
		int start = input.readerIndex();
		input.skipBytes(length);
		received(input, start, length);
		switch (this.door) {
			case BUFFER -> frameReceived(header, input.slice(start, length));
			case BYTES -> frameReceived(header, ByteBufUtil.getBytes(input, start, length));
			case TEXT -> frameReceived(header, Text.decode(input, start, length, this.charset));
		}
		return true;
	}

	@Override
	int missing(ByteBuf input) {
		int wanted = (this.header != null) ? this.bodyLength : this.headerBytes.length;
		return wanted - input.readableBytes();
	}

	@Override
	boolean begun() {
		return this.header != null;
	}

	@Override
	void inputCleared() {
		this.header = null;
	}

	/**
	 * Send a frame. May be called from any thread.
	 * @param header the header
	 * @param body the body; must not be changed afterwards
	 * @throws IllegalArgumentException if the header does not say how long the body is,
	 * or cannot be written; nothing is sent then
	 */
	public void sendFrame(H header, byte[] body) {
		send(write(header, body.length), body);
	}

	/**
	 * Send a frame of text. May be called from any thread.
	 * @param header the header, which says how many bytes the text has
	 * @param body the body
	 * @throws IllegalArgumentException if the header does not say how long the body is,
	 * or cannot be written, or if the body has characters that the {@link #charset()}
	 * lacks; nothing is sent then
	 */
	public void sendFrame(H header, String body) {
		sendFrame(header, Text.encode(body, this.charset));
	}

	/**
	 * Send a frame. May be called from any thread.
	 * @param header the header
	 * @param body the body; the transport releases the buffer
	 * @throws IllegalArgumentException if the header does not say how long the body is,
	 * or cannot be written; nothing is sent then and the buffer is released
	 */
	public void sendFrame(H header, ByteBuf body) {
		byte[] head;
		try {
			head = write(header, body.readableBytes());
		}
		catch (IllegalArgumentException ex) {
			body.release();
			throw ex;
		}
		sent(body);
		Transport transport = transport();
		if (here()) {
			transport.write(head);
			transport.write(body);
		}
		else {
			transport.write(Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(head), body));
		}
	}

	private byte[] write(H header, int length) {
		long said = this.format.bodyLength(header);
		if (said != length) {
			throw new IllegalArgumentException(
					"The header says that its body has %d bytes, but it has %d".formatted(said, length));
		}
		return this.format.write(header);
	}

	/** Send a frame whose header has been written. */
	final void send(byte[] head, byte[] body) {
		sent(body);
		Transport transport = transport();
		if (here()) {
			transport.write(head);
			transport.write(body);
		}
		else {
			byte[] joined = Arrays.copyOf(head, head.length + body.length);
			System.arraycopy(body, 0, joined, head.length, body.length);
			transport.write(joined);
		}
	}

}
