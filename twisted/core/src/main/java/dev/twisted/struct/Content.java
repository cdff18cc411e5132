package dev.twisted.struct;

/**
 * What a run of bytes stands for, wherever its length comes from.
 */
interface Content {

	/**
	 * Make a value of bytes.
	 * @param offset where they start in the record
	 */
	Object decode(byte[] bytes, int at, int length, int offset);

	/**
	 * Make bytes of a value.
	 * @param offset where they will start in the record
	 */
	byte[] encode(Object value, int offset);

	/**
	 * Make a value of bytes some of which may only fill the room.
	 */
	Object decodeFilled(byte[] bytes, int at, int length, int offset);

	/**
	 * Whether room that a value leaves may be filled with zeros.
	 */
	boolean mayBeFilled();

}
