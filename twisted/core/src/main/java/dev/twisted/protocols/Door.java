package dev.twisted.protocols;

/**
 * Through which of its handlers a receiver takes its frames.
 */
enum Door {

	/** As a buffer. Always right: unless overridden, it leads to the next door. */
	BUFFER,

	/** As an array. */
	BYTES,

	/** As text. */
	TEXT

}
