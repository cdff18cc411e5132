package dev.twisted.struct;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;

/**
 * Text in a charset; nothing in it is ever replaced.
 *
 * @param charset the charset
 */
record TextContent(Charset charset) implements Content {

	/** What the JDK puts in the place of what is no text. */
	private static final char REPLACEMENT = '\uFFFD';

	@Override
	public Object decode(byte[] bytes, int at, int length, int offset) {
		return text(bytes, at, length, offset);
	}

	@Override
	public byte[] encode(Object value, int offset) {
		try {
			ByteBuffer encoded = this.charset.newEncoder().encode(CharBuffer.wrap((String) value));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw new BadField(offset, "has characters that %s does not have".formatted(this.charset), ex);
		}
	}

	@Override
	public Object decodeFilled(byte[] bytes, int at, int length, int offset) {
		String text = text(bytes, at, length, offset);
		int end = text.length();
		while (end > 0 && text.charAt(end - 1) == 0) {
			end--;
		}
		return text.substring(0, end);
	}

	@Override
	public boolean mayBeFilled() {
		return true;
	}

	private String text(byte[] bytes, int at, int length, int offset) {
		String text = new String(bytes, at, length, this.charset);
		// Rarely there, and then it may still be what was sent: so only then a slower
		// look.
		if (text.indexOf(REPLACEMENT) >= 0) {
			requireText(ByteBuffer.wrap(bytes, at, length), offset);
		}
		return text;
	}

	private void requireText(ByteBuffer bytes, int offset) {
		try {
			this.charset.newDecoder().decode(bytes);
		}
		catch (CharacterCodingException ex) {
			throw new BadField(offset, "is no text in " + this.charset, ex);
		}
	}

}
