package dev.twisted.protocols;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

/**
 * What has been allocated on the heap.
 */
final class Allocations {

	private Allocations() {
	}

	/** How many bytes this thread has allocated since it began. */
	static long ofThisThread() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

}
