package dev.twisted.demo.client;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.protocols.LineOnlyReceiver;

/**
 * Sends each question as a line and takes the next line as its answer.
 */
final class LineConversation extends LineOnlyReceiver implements Conversation {

	private final Deferred<Conversation> opened;

	private final PendingAnswer answer = new PendingAnswer();

	LineConversation(Deferred<Conversation> opened) {
		this.opened = opened;
		setMaxLength(LONGEST_ANSWER);
	}

	@Override
	protected void connectionMade() {
		this.opened.callback(this);
	}

	@Override
	public Deferred<byte[]> ask(byte[] question) {
		Deferred<byte[]> line = this.answer.expect();
		sendLine(question);
		return line;
	}

	@Override
	protected void lineReceived(byte[] line) {
		this.answer.arrived(line);
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
