package dev.twisted.demo;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is said to the robot's service and what it says, as far as it is used here.
 */
final class RobotMessage {

	private RobotMessage() {
	}

	/**
	 * A question.
	 *
	 * @param reqType 0 for text, as is none
	 * @param perception what the robot perceives
	 */
	record Question(@Nullable Integer reqType, Perception perception) {

		static Question of(String text) {
			return new Question(0, new Perception(new Text(text)));
		}

	}

	/**
	 * What the robot perceives.
	 *
	 * @param inputText what is said to it
	 */
	record Perception(Text inputText) {
	}

	/**
	 * Some text.
	 *
	 * @param text the text
	 */
	record Text(String text) {
	}

	/**
	 * An answer.
	 *
	 * @param results what it consists of
	 */
	record Answer(List<Result> results) {

		static Answer of(String text) {
			return new Answer(List.of(new Result(1, "text", new Text(text))));
		}

		String text() {
			if (this.results == null || this.results.isEmpty()) {
				throw new IllegalStateException("the robot has nothing to say");
			}
			return this.results.get(0).values().text();
		}

	}

	/**
	 * A part of an answer.
	 *
	 * @param groupType parts with the same number belong together
	 * @param resultType what it is
	 * @param values the part itself
	 */
	record Result(int groupType, String resultType, Text values) {
	}

}
