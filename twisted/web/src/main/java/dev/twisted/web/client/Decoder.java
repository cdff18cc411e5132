package dev.twisted.web.client;

import java.util.zip.DataFormatException;

/**
 * Decodes the body of one response, a piece at a time.
 */
public interface Decoder {

	/**
	 * Decode a piece.
	 * @param piece some of the body
	 * @param output takes what comes of it
	 * @throws DataFormatException if the body is not what it says
	 */
	void decode(byte[] piece, Output output) throws DataFormatException;

	/**
	 * The body is complete.
	 * @throws DataFormatException if something is missing
	 */
	void end() throws DataFormatException;

	/**
	 * Let go of everything. Called once, whatever happened before.
	 */
	void close();

	/**
	 * Takes what was decoded.
	 */
	@FunctionalInterface
	interface Output {

		/**
		 * Take some.
		 * @param decoded the bytes, the taker's own
		 * @return whether more is wanted
		 */
		boolean take(byte[] decoded);

	}

}
