package dev.twisted.protocols;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Text and its bytes, with nothing replaced on the way.
 */
final class Text {

	/** What decoders put in the place of what they do not understand. */
	private static final char REPLACEMENT = '\uFFFD';

	private Text() {
	}

	/**
	 * The text of some bytes.
	 * @throws FramingException if they are none
	 */
	static String decode(ByteBuf input, int start, int length, Charset charset) {
		if (charset.equals(StandardCharsets.US_ASCII)) {
			// Netty takes each byte for a character here.
			return decodeStrictly(input.nioBuffer(start, length), charset);
		}
		String text = input.toString(start, length, charset);
		return (text.indexOf(REPLACEMENT) < 0) ? text : decodeStrictly(input.nioBuffer(start, length), charset);
	}

	/**
	 * The text of some bytes.
	 * @throws FramingException if they are none
	 */
	static String decode(byte[] bytes, Charset charset) {
		return decode(Unpooled.wrappedBuffer(bytes), 0, bytes.length, charset);
	}

	private static String decodeStrictly(ByteBuffer bytes, Charset charset) {
		CharsetDecoder decoder = charset.newDecoder()
			.onMalformedInput(CodingErrorAction.REPORT)
			.onUnmappableCharacter(CodingErrorAction.REPORT);
		int start = bytes.position();
		CharBuffer text = CharBuffer.allocate((int) Math.ceil(bytes.remaining() * (double) decoder.maxCharsPerByte()));
		CoderResult result = decoder.decode(bytes, text, true);
		if (result.isError()) {
			throw new FramingException("Byte 0x%02X at offset %d is not %s"
				.formatted(bytes.get(bytes.position()) & 0xFF, bytes.position() - start, charset));
		}
		decoder.flush(text);
		return text.flip().toString();
	}

	/**
	 * The bytes of some text.
	 * @throws IllegalArgumentException if the charset does not have all its characters
	 */
	static byte[] encode(String text, Charset charset) {
		if (charset.equals(StandardCharsets.UTF_8) && text.chars().noneMatch(Text::isSurrogate)) {
			return text.getBytes(charset);
		}
		CharsetEncoder encoder = charset.newEncoder()
			.onMalformedInput(CodingErrorAction.REPORT)
			.onUnmappableCharacter(CodingErrorAction.REPORT);
		try {
			ByteBuffer encoded = encoder.encode(CharBuffer.wrap(text));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("There is a character in the text that %s lacks".formatted(charset), ex);
		}
	}

	private static boolean isSurrogate(int value) {
		return value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
	}

}
