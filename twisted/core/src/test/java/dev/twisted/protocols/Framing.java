package dev.twisted.protocols;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

import dev.twisted.struct.RecordFormat;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Unsigned;
import dev.twisted.struct.Values;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Every kind of frame: how it is received, and what it looks like on the wire according
 * to a second, simpler description of it.
 */
enum Framing {

	LINES {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			LineReceiver receiver = new LineReceiver() {

				@Override
				protected void lineReceived(byte[] line) {
					frames.add(text(line));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return join(frame, "\r\n".getBytes(StandardCharsets.ISO_8859_1));
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			return linesOf(stream, maxLength, (rest) -> rest.length() > maxLength + 1);
		}

	},

	LINES_ONLY {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			LineOnlyReceiver receiver = new LineOnlyReceiver() {

				@Override
				protected void lineReceived(ByteBuf line) {
					frames.add(text(ByteBufUtil.getBytes(line)));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return LINES.encode(frame);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			return linesOf(stream, maxLength,
					(rest) -> rest.length() > maxLength && !rest.substring(maxLength).equals("\r"));
		}

	},

	INT8 {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			Int8StringReceiver receiver = new Int8StringReceiver() {

				@Override
				protected void stringReceived(byte[] string) {
					frames.add(text(string));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return join(new byte[] { (byte) frame.length }, frame);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			return stringsOf(stream, 1, maxLength);
		}

	},

	INT16 {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			Int16StringReceiver receiver = new Int16StringReceiver() {

				@Override
				protected void stringReceived(ByteBuf string) {
					frames.add(text(ByteBufUtil.getBytes(string)));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return join(new byte[] { (byte) (frame.length >> 8), (byte) frame.length }, frame);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			return stringsOf(stream, 2, maxLength);
		}

	},

	INT32 {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			Int32StringReceiver receiver = new Int32StringReceiver() {

				@Override
				protected void stringReceived(byte[] string) {
					frames.add(text(string));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return join(new byte[] { (byte) (frame.length >> 24), (byte) (frame.length >> 16),
					(byte) (frame.length >> 8), (byte) frame.length }, frame);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			return stringsOf(stream, 4, maxLength);
		}

	},

	NETSTRINGS {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			NetstringReceiver receiver = new NetstringReceiver() {

				@Override
				protected void stringReceived(byte[] string) {
					frames.add(text(string));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return (frame.length + ":" + text(frame) + ",").getBytes(StandardCharsets.ISO_8859_1);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			List<String> frames = new ArrayList<>();
			String rest = text(stream);
			while (true) {
				int digits = 0;
				while (digits < rest.length() && Character.digit(rest.charAt(digits), 10) >= 0) {
					digits++;
				}
				String length = rest.substring(0, digits);
				boolean wrong = length.matches("0[0-9]+") || (digits == 0 && !rest.isEmpty())
						|| (digits < rest.length() && rest.charAt(digits) != ':')
						|| (digits > 0 && new BigInteger(length).compareTo(BigInteger.valueOf(maxLength)) > 0);
				if (wrong) {
					frames.add(REFUSED);
					return frames;
				}
				if (digits == rest.length()) {
					return frames;
				}
				int end = digits + 1 + Integer.parseInt(length);
				if (rest.length() <= end) {
					return frames;
				}
				if (rest.charAt(end) != ',') {
					frames.add(REFUSED);
					return frames;
				}
				frames.add(rest.substring(digits + 1, end));
				rest = rest.substring(end + 1);
			}
		}

	},

	HEADERS {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			StructFrameReceiver receiver = new StructFrameReceiver(Struct.of("<hi"), 1, -2) {

				@Override
				protected void frameReceived(Values header, byte[] body) {
					frames.add(text(body));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return join(Struct.pack("<hi", 7, frame.length + 2), frame);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			List<String> frames = new ArrayList<>();
			int at = 0;
			while (stream.length - at >= 6) {
				int length = ByteBuffer.wrap(stream, at + 2, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
				at += 6;
				if (length < 2 || length - 2 > maxLength) {
					frames.add(REFUSED);
					return frames;
				}
				if (stream.length - at < length - 2) {
					return frames;
				}
				frames.add(new String(stream, at, length - 2, StandardCharsets.ISO_8859_1));
				at += length - 2;
			}
			return frames;
		}

	},

	RECORDS {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			FrameReceiver<Header> receiver = new FrameReceiver<>(Header.FORMAT) {

				@Override
				protected void frameReceived(Header header, ByteBuf body) {
					frames.add(text(ByteBufUtil.getBytes(body)));
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return join(Struct.pack("!BHb", 1, frame.length, -1), frame);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			List<String> frames = new ArrayList<>();
			int at = 0;
			while (stream.length - at >= 4) {
				int length = (stream[at + 1] & 0xFF) << 8 | stream[at + 2] & 0xFF;
				at += 4;
				if (length > maxLength) {
					frames.add(REFUSED);
					return frames;
				}
				if (stream.length - at < length) {
					return frames;
				}
				frames.add(new String(stream, at, length, StandardCharsets.ISO_8859_1));
				at += length;
			}
			return frames;
		}

	},

	STATES {

		@Override
		FramedProtocol receiver(List<String> frames, int maxLength) {
			Int16StringReceiver receiver = new Int16StringReceiver() {

				private final StatefulStringProtocol state = new StatefulStringProtocol(this, this::odd);

				@Override
				protected void stringReceived(byte[] string) throws Exception {
					this.state.stringReceived(string);
				}

				private StatefulStringProtocol.State odd(byte[] string) {
					frames.add(text(string));
					return this::even;
				}

				private StatefulStringProtocol.State even(byte[] string) {
					frames.add(text(string));
					return this::odd;
				}

			};
			receiver.setMaxLength(maxLength);
			return receiver;
		}

		@Override
		byte[] encode(byte[] frame) {
			return INT16.encode(frame);
		}

		@Override
		List<String> decode(byte[] stream, int maxLength) {
			return INT16.decode(stream, maxLength);
		}

	};

	/** Stands for the end of a stream that is wrong from here on. */
	static final String REFUSED = "(refused)";

	/** Make a receiver that adds what it receives to a list, as Latin-1 text. */
	abstract FramedProtocol receiver(List<String> frames, int maxLength);

	/** What a frame looks like on the wire. */
	abstract byte[] encode(byte[] frame);

	/**
	 * The frames of a stream, with {@link #REFUSED} where it is wrong.
	 */
	abstract List<String> decode(byte[] stream, int maxLength);

	/** What some frames look like on the wire. */
	byte[] encode(List<String> frames) {
		ByteArrayOutputStream stream = new ByteArrayOutputStream();
		frames.forEach((frame) -> stream.writeBytes(encode(frame.getBytes(StandardCharsets.ISO_8859_1))));
		return stream.toByteArray();
	}

	private static List<String> linesOf(byte[] stream, int maxLength, Predicate<String> tooLong) {
		List<String> frames = new ArrayList<>();
		String rest = text(stream);
		for (int end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
			if (end > maxLength) {
				frames.add(REFUSED);
				return frames;
			}
			frames.add(rest.substring(0, end));
			rest = rest.substring(end + 2);
		}
		if (tooLong.test(rest)) {
			frames.add(REFUSED);
		}
		return frames;
	}

	private static List<String> stringsOf(byte[] stream, int prefixLength, int maxLength) {
		List<String> frames = new ArrayList<>();
		int at = 0;
		while (stream.length - at >= prefixLength) {
			long length = 0;
			for (int i = 0; i < prefixLength; i++) {
				length = length << 8 | stream[at + i] & 0xFF;
			}
			at += prefixLength;
			if (length > maxLength) {
				frames.add(REFUSED);
				return frames;
			}
			if (stream.length - at < length) {
				return frames;
			}
			frames.add(new String(stream, at, (int) length, StandardCharsets.ISO_8859_1));
			at += (int) length;
		}
		return frames;
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	private static byte[] join(byte[] first, byte[] second) {
		byte[] joined = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, joined, first.length, second.length);
		return joined;
	}

	/**
	 * A header with a length in its middle.
	 */
	record Header(@Unsigned(1) int version, @Unsigned(2) int length, byte command) {

		static final FrameHeader<Header> FORMAT = FrameHeader.of(RecordFormat.of(Header.class), Header::length);

	}

}
