package dev.twisted.protocols;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A protocol of strings that say how long they are: what {@link IntNStringReceiver} and
 * {@link NetstringReceiver} have in common. Override one of the three
 * {@code stringReceived}: as text, as an array, or as a buffer. A string that is received
 * may have 99999 bytes unless that is changed.
 */
public abstract class StringReceiver extends FramedProtocol {

	private static final int MAX_LENGTH = 99999;

	private static final Doors DOORS = new Doors(StringReceiver.class, "stringReceived");

	private final Door door = DOORS.get(getClass());

	private Charset charset = StandardCharsets.UTF_8;

	StringReceiver() {
		super(MAX_LENGTH);
	}

	/**
	 * How strings are encoded where they are text.
	 * @return the charset, which is UTF-8 unless changed
	 */
	public final Charset charset() {
		return this.charset;
	}

	/**
	 * Say how strings are encoded where they are text.
	 * @param charset the charset
	 */
	public final void setCharset(Charset charset) {
		this.charset = Objects.requireNonNull(charset, "charset");
	}

	/**
	 * A string has come in: as text. What is no text in the {@link #charset()} closes the
	 * connection.
	 * @param string the string without what is around it
	 * @throws Exception to close the connection with that reason
	 */
	protected void stringReceived(String string) throws Exception {
		throw new UnsupportedOperationException(logPrefix() + " does not override stringReceived");
	}

	/**
	 * A string has come in: as an array. Unless this is overridden, it goes on as text.
	 * @param string the string without what is around it, the receiver's own
	 * @throws Exception to close the connection with that reason
	 */
	protected void stringReceived(byte[] string) throws Exception {
		stringReceived(Text.decode(string, this.charset));
	}

	/**
	 * A string has come in: the door for those who count copies. Unless this is
	 * overridden, it goes on as an array or as text.
	 * @param string the string without what is around it; valid during the call and
	 * released by the caller, so retain what is to be kept or written
	 * @throws Exception to close the connection with that reason
	 */
	protected void stringReceived(ByteBuf string) throws Exception {
		stringReceived(ByteBufUtil.getBytes(string));
	}

	/** Deliver a string through the door that is open. */
	final void deliverString(ByteBuf input, int start, int length) throws Exception {
		received(input, start, length);
		switch (this.door) {
			case BUFFER -> stringReceived(input.slice(start, length));
			case BYTES -> stringReceived(ByteBufUtil.getBytes(input, start, length));
			case TEXT -> stringReceived(Text.decode(input, start, length, this.charset));
		}
	}

	/**
	 * What goes before a string.
	 * @throws StringTooLongException if its length cannot be told
	 */
	abstract byte[] head(int length);

	/** What goes after a string. */
	abstract byte[] tail();

	/**
	 * Send a string. May be called from any thread.
	 * @param string the string; must not be changed afterwards
	 * @throws StringTooLongException if the length in front of it cannot say how long it
	 * is; nothing is sent then
	 */
	public void sendString(byte[] string) {
		byte[] head = head(string.length);
		byte[] tail = tail();
		sent(string);
		Transport transport = transport();
		if (here()) {
			transport.write(head);
			transport.write(string);
			if (tail.length > 0) {
				transport.write(tail);
			}
		}
		else {
			byte[] joined = new byte[head.length + string.length + tail.length];
			System.arraycopy(head, 0, joined, 0, head.length);
			System.arraycopy(string, 0, joined, head.length, string.length);
			System.arraycopy(tail, 0, joined, head.length + string.length, tail.length);
			transport.write(joined);
		}
	}

	/**
	 * Send a string of text. May be called from any thread.
	 * @param string the string
	 * @throws StringTooLongException if the length in front of it cannot say how long it
	 * is; nothing is sent then
	 * @throws IllegalArgumentException if it has characters that the {@link #charset()}
	 * lacks
	 */
	public void sendString(String string) {
		sendString(Text.encode(string, this.charset));
	}

	/**
	 * Send a string. May be called from any thread.
	 * @param string the string; the transport releases the buffer
	 * @throws StringTooLongException if the length in front of it cannot say how long it
	 * is; nothing is sent then and the buffer is released
	 */
	public void sendString(ByteBuf string) {
		byte[] head;
		try {
			head = head(string.readableBytes());
		}
		catch (StringTooLongException ex) {
			string.release();
			throw ex;
		}
		byte[] tail = tail();
		sent(string);
		Transport transport = transport();
		if (here()) {
			transport.write(head);
			transport.write(string);
			if (tail.length > 0) {
				transport.write(tail);
			}
		}
		else {
			transport.write(Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(head), string, Unpooled.wrappedBuffer(tail)));
		}
	}

}
