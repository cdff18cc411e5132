package dev.twisted.demo.client;

import java.io.IOException;
import java.io.OutputStream;

import dev.twisted.defer.Deferred;

/**
 * Asks each line of the input and prints each answer as a line, one after the other.
 * Bytes stay what they are, so no locale has a say in them.
 */
final class Dialogue {

	private final Conversation conversation;

	private final InputLines input;

	private final OutputStream output;

	private int answers;

	Dialogue(Conversation conversation, InputLines input, OutputStream output) {
		this.conversation = conversation;
		this.input = input;
		this.output = output;
	}

	/**
	 * Ask until the input ends.
	 * @return fires after the last answer with how many there were, fails with the first
	 * question that gets none
	 * @throws IOException if nothing can be printed
	 */
	Deferred<Integer> run() throws IOException {
		for (byte[] answer : this.conversation.greeting()) {
			print(answer);
		}
		return next();
	}

	private Deferred<Integer> next() {
		return this.input.next().compose((line) -> {
			if (line == null) {
				this.conversation.close();
				return Deferred.succeed(this.answers);
			}
			return this.conversation.ask(line).doOnCallback(this::print).compose((answer) -> next());
		});
	}

	private void print(byte[] answer) throws IOException {
		this.output.write(answer);
		this.output.write('\n');
		this.output.flush();
		this.answers++;
	}

}
