package dev.twisted.demo;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import io.netty.buffer.ByteBufUtil;
import org.springframework.stereotype.Component;

/**
 * What the robot answers, or why it does not: there is an answer to every question, so
 * that no client has to guess which of its questions was lost.
 */
@Component
class Answers {

	private final Robot robot;

	private final Traffic traffic;

	Answers(Robot robot, Traffic traffic) {
		this.robot = robot;
		this.traffic = traffic;
	}

	/**
	 * Answer a question.
	 * @param question the question
	 * @param server whom it was put to
	 * @return fires with the answer, or with {@code ERROR: } and the reason in one line
	 */
	Deferred<String> to(String question, String server) {
		this.traffic.served(server, ByteBufUtil.utf8Bytes(question));
		return orReason(Deferred.maybeDeferred(() -> this.robot.ask(question)));
	}

	/** The answer, or why there is none. */
	static Deferred<String> orReason(Deferred<String> answer) {
		return answer.addErrback(Answers::error);
	}

	private static String error(Failure failure) {
		String message = failure.getErrorMessage();
		String reason = message.isBlank() ? failure.type().getSimpleName() : message;
		return "ERROR: " + reason.strip().replaceAll("\\R+", " ");
	}

}
