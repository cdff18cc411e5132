package dev.twisted.demo;

import dev.twisted.defer.Deferred;
import dev.twisted.demo.RobotMessage.Answer;
import dev.twisted.demo.RobotMessage.Question;
import dev.twisted.web.client.HTTPClient;
import dev.twisted.web.client.HTTPResponse;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The robot, who lives behind HTTP: at {@code demo.robot.url}, or else in this
 * application, on the port that it really has.
 */
@Component
class HttpRobot implements Robot {

	private final HTTPClient client;

	private final Environment environment;

	HttpRobot(HTTPClient client, Environment environment) {
		this.client = client;
		this.environment = environment;
	}

	@Override
	public Deferred<String> ask(String text) {
		return this.client.postJson(url(), Question.of(text)).compose(HttpRobot::answer).addCallback(Answer::text);
	}

	private String url() {
		String configured = this.environment.getProperty("demo.robot.url");
		if (configured != null) {
			return configured;
		}
		// Not known before the web server has it.
		return "http://%s:%s/robot".formatted(this.environment.getProperty("server.address", "127.0.0.1"),
				this.environment.getRequiredProperty("local.server.port"));
	}

	private static Deferred<Answer> answer(HTTPResponse response) {
		if (response.code() == 200) {
			return response.json(Answer.class);
		}
		return response.content().addCallback((body) -> {
			throw new IllegalStateException("the robot answers %d".formatted(response.code()));
		});
	}

}
