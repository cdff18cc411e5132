package dev.twisted.internet.netty;

import java.util.List;

/**
 * The threads that there are now.
 */
final class LiveThreads {

	private LiveThreads() {
	}

	/** The names of those whose names begin so, as a reactor's threads begin with its. */
	static List<String> of(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((thread) -> thread.startsWith(name))
			.toList();
	}

}
