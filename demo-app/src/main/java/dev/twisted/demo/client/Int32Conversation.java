package dev.twisted.demo.client;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.protocols.Int32StringReceiver;

/**
 * Sends each question as a string with its length in front and takes the next one as its
 * answer.
 */
final class Int32Conversation extends Int32StringReceiver implements Conversation {

	private final Deferred<Conversation> opened;

	private final PendingAnswer answer = new PendingAnswer();

	Int32Conversation(Deferred<Conversation> opened) {
		this.opened = opened;
		setMaxLength(LONGEST_ANSWER);
	}

	@Override
	protected void connectionMade() {
		this.opened.callback(this);
	}

	@Override
	public Deferred<byte[]> ask(byte[] question) {
		Deferred<byte[]> string = this.answer.expect();
		sendString(question);
		return string;
	}

	@Override
	protected void stringReceived(byte[] string) {
		this.answer.arrived(string);
	}

	@Override
	protected void connectionLost(Failure reason) {
		this.answer.lost(reason);
	}

	@Override
	public void close() {
		transport().loseConnection();
	}

}
