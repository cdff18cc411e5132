package dev.twisted.struct;

/**
 * What the values of a format character are.
 */
enum Kind {

	/** No value, a zero byte. */
	PAD,

	/** One byte, as bytes of length 1. */
	CHAR,

	/** An integer in two's complement. */
	SIGNED,

	/** An integer that is never negative. */
	UNSIGNED,

	/** An address: unsigned, but a negative number is taken for its bits. */
	POINTER,

	/** A byte that is zero or not. */
	BOOLEAN,

	/** A floating point number of IEEE 754. */
	FLOAT,

	/** Bytes of a fixed length. */
	STRING,

	/** Bytes in a room of fixed length, whose first byte tells how many there are. */
	PASCAL

}
