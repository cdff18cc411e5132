package dev.twisted.demo;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.protocols.Int32StringReceiver;

/**
 * Questions and answers as strings with their length in front.
 */
@ProtocolHandler("qa-int32")
class QaInt32 extends Int32StringReceiver {

	private final Answers answers;

	QaInt32(Answers answers) {
		this.answers = answers;
	}

	@Override
	protected void stringReceived(String question) {
		waitFor(this.answers.to(question, "qa-int32").doOnCallback(this::sendString));
	}

}
