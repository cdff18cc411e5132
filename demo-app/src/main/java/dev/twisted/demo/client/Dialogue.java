package dev.twisted.demo.client;

import java.io.IOException;
import java.io.OutputStream;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Asks each line of the input and prints each answer as a line, one after the other.
 * Bytes stay what they are, so no locale has a say in them.
 */
final class Dialogue {

	private final Conversation conversation;

	private final InputLines input;

	private final OutputStream output;

	private final Deferred<@Nullable Void> finished = new Deferred<>();

	Dialogue(Conversation conversation, InputLines input, OutputStream output) {
		this.conversation = conversation;
		this.input = input;
		this.output = output;
	}

	/**
	 * Ask until the input ends.
	 * @return fires after the last answer, fails with the first question that gets none
	 */
	Deferred<@Nullable Void> run() {
		askNext();
		return this.finished;
	}

	private void askNext() {
		this.input.next().addCallback((line) -> {
			if (line != null) {
				return this.conversation.ask(line).addCallback(this::print);
			}
			this.conversation.close();
			this.finished.callback(null);
			return null;
		}).addErrback((failure) -> {
			this.finished.errback(failure);
			return null;
		});
	}

	private @Nullable Object print(byte[] answer) throws IOException {
		this.output.write(answer);
		this.output.write('\n');
		this.output.flush();
		askNext();
		return null;
	}

}
