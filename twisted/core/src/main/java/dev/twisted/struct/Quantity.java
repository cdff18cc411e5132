package dev.twisted.struct;

/**
 * Numbers of bytes in messages.
 */
final class Quantity {

	private Quantity() {
	}

	static String ofBytes(int count) {
		return (count == 1) ? "1 byte" : count + " bytes";
	}

	static String areBytes(int count) {
		return (count == 1) ? "is 1 byte" : "are " + count + " bytes";
	}

}
