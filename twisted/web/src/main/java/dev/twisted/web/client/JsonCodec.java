package dev.twisted.web.client;

/**
 * Reads and writes JSON for an {@link HTTPClient}.
 */
public interface JsonCodec {

	/**
	 * Write an object.
	 * @param value the object
	 * @return its JSON, in UTF-8
	 */
	byte[] write(Object value);

	/**
	 * Read an object.
	 * @param <T> its type
	 * @param json its JSON, in UTF-8
	 * @param type its type
	 * @return the object
	 */
	<T> T read(byte[] json, Class<T> type);

}
