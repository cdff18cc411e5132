package dev.twisted.demo.client;

import java.io.ByteArrayOutputStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Protocol;

/**
 * Sends bytes and waits until as many have come back.
 */
final class EchoConversation extends Protocol implements Conversation {

	private final Deferred<Conversation> opened;

	private final PendingAnswer answer = new PendingAnswer();

	private final ByteArrayOutputStream received = new ByteArrayOutputStream();

	private int expected;

	EchoConversation(Deferred<Conversation> opened) {
		this.opened = opened;
	}

	@Override
	protected void connectionMade() {
		this.opened.callback(this);
	}

	@Override
	public Deferred<byte[]> ask(byte[] question) {
		Deferred<byte[]> echo = this.answer.expect();
		this.expected = question.length;
		if (question.length == 0) {
			this.answer.arrived(question);
		}
		else {
			transport().write(question);
		}
		return echo;
	}

	@Override
	protected void dataReceived(byte[] data) {
		this.received.writeBytes(data);
		if (this.received.size() >= this.expected) {
			byte[] echo = this.received.toByteArray();
			this.received.reset();
			this.answer.arrived(echo);
		}
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
