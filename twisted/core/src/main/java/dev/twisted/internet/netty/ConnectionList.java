package dev.twisted.internet.netty;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop, linked through themselves: being listed costs no object.
 * Loop thread only.
 */
final class ConnectionList {

	private @Nullable StreamConnection first;

	void add(StreamConnection connection) {
		StreamConnection second = this.first;
		connection.next = second;
		if (second != null) {
			second.previous = connection;
		}
		this.first = connection;
	}

	void remove(StreamConnection connection) {
		StreamConnection before = connection.previous;
		StreamConnection after = connection.next;
		if (before != null) {
			before.next = after;
		}
		else {
			this.first = after;
		}
		if (after != null) {
			after.previous = before;
		}
		connection.previous = null;
		connection.next = null;
	}

	/** Do something with each; it may take that one out of the list. */
	void forEach(Consumer<StreamConnection> action) {
		StreamConnection connection = this.first;
		while (connection != null) {
			StreamConnection after = connection.next;
			action.accept(connection);
			connection = after;
		}
	}

}
