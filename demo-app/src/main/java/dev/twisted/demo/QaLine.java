package dev.twisted.demo;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.protocols.LineReceiver;

/**
 * Each line is a question, and so is its answer a line. The next question is put when the
 * one before it is answered, so the answers leave in the order of the questions.
 */
@ProtocolHandler("qa-line")
class QaLine extends LineReceiver {

	private final Answers answers;

	QaLine(Answers answers) {
		this.answers = answers;
	}

	@Override
	protected void lineReceived(String question) {
		waitFor(this.answers.to(question, "qa-line").doOnCallback((answer) -> sendLine(oneLine(answer))));
	}

	/** An answer is one line, whatever the robot has to say. */
	private static String oneLine(String answer) {
		return answer.replace("\r\n", " ");
	}

}
