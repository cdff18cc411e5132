package dev.twisted.benchmarks.echo;

import java.nio.charset.StandardCharsets;

/**
 * What a message is to the servers.
 */
enum Framing {

	/** Whatever comes. */
	RAW("raw") {

		@Override
		byte[] message(byte[] content) {
			return content;
		}

	},

	/** A line that ends with CR LF. */
	LINES("lines") {

		@Override
		byte[] message(byte[] content) {
			for (int i = 0; i < content.length; i++) {
				content[i] = (byte) ('a' + i % 26);
			}
			return join(content, "\r\n".getBytes(StandardCharsets.US_ASCII));
		}

	},

	/** A string with its length in front, in four bytes. */
	INT32("int32") {

		@Override
		byte[] message(byte[] content) {
			return join(new byte[] { 0, 0, (byte) (content.length >> 8), (byte) content.length }, content);
		}

	};

	private final String argument;

	Framing(String argument) {
		this.argument = argument;
	}

	/** How servers are told of it. */
	String argument() {
		return this.argument;
	}

	/**
	 * Make a message.
	 * @param content what is in it
	 * @return its bytes
	 */
	abstract byte[] message(byte[] content);

	private static byte[] join(byte[] first, byte[] second) {
		byte[] joined = new byte[first.length + second.length];
		System.arraycopy(first, 0, joined, 0, first.length);
		System.arraycopy(second, 0, joined, first.length, second.length);
		return joined;
	}

}
