package dev.twisted.spread.banana;

/**
 * What stands between the number and the content of each item.
 */
final class TypeByte {

	static final int LIST = 0x80;

	static final int INT = 0x81;

	static final int STRING = 0x82;

	static final int NEG = 0x83;

	static final int FLOAT = 0x84;

	static final int LONGINT = 0x85;

	static final int LONGNEG = 0x86;

	static final int VOCAB = 0x87;

	private TypeByte() {
	}

}
