package dev.twisted.demo;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.defer.Deferred;
import dev.twisted.demo.users.Users;
import dev.twisted.protocols.LineReceiver;

/**
 * Each line is a question, and so is its answer a line. The next question is put when the
 * one before it is answered, so the answers leave in the order of the questions. The
 * database knows the answer to {@code /user} and a name; the robot to all the rest.
 */
@ProtocolHandler("qa-line")
class QaLine extends LineReceiver {

	private static final String USER = "/user ";

	private final Answers answers;

	private final Users users;

	QaLine(Answers answers, Users users) {
		this.answers = answers;
		this.users = users;
	}

	@Override
	protected void lineReceived(String question) {
		waitFor(answer(question).doOnCallback((answer) -> sendLine(oneLine(answer))));
	}

	private Deferred<String> answer(String question) {
		if (!question.startsWith(USER)) {
			return this.answers.to(question, "qa-line");
		}
		return Answers.orReason(this.users.describe(question.substring(USER.length()).strip()));
	}

	/** An answer is one line, whatever the robot has to say. */
	private static String oneLine(String answer) {
		return answer.replace("\r\n", " ");
	}

}
