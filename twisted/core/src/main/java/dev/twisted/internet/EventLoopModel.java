package dev.twisted.internet;

/**
 * How a reactor waits for the operating system. Has to be chosen before the reactor is
 * made.
 */
public enum EventLoopModel {

	/** The best one there is on this machine and class path. */
	AUTO,

	/** Java's own selectors; everywhere. */
	NIO,

	/** Linux. */
	EPOLL,

	/** macOS and BSD. */
	KQUEUE,

	/** Linux 5.14 and later, with Netty's native library for it on the class path. */
	IO_URING

}
