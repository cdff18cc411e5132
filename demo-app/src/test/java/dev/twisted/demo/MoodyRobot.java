package dev.twisted.demo;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo's robot, but for a few words that it does not like.
 */
final class MoodyRobot implements Robot {

	private final Robot robot;

	private final BlockingQueue<Deferred<String>> slow = new LinkedBlockingQueue<>();

	private MoodyRobot(Robot robot) {
		this.robot = robot;
	}

	@Override
	public Deferred<String> ask(String text) {
		switch (text) {
			case "slow" -> {
				Deferred<String> answer = new Deferred<>();
				this.slow.add(answer);
				return answer;
			}
			case "unreachable" -> {
				return Deferred.fail(new IllegalStateException("no route\r\nto the robot\n"));
			}
			case "speechless" -> {
				return Deferred.fail(new IllegalStateException());
			}
			case "broken" -> throw new IllegalStateException("the robot is broken");
			case "talkative" -> {
				return Deferred.succeed("one\r\ntwo");
			}
			default -> {
				return this.robot.ask(text);
			}
		}
	}

	/** Wait until somebody has asked for something slow. */
	Deferred<String> slow() throws InterruptedException {
		Deferred<String> answer = this.slow.poll(30, TimeUnit.SECONDS);
		assertThat(answer).isNotNull();
		return answer;
	}

	@TestConfiguration
	static class Configuration {

		@Bean
		@Primary
		MoodyRobot moodyRobot(HttpRobot robot) {
			return new MoodyRobot(robot);
		}

	}

}
