package dev.twisted.demo;

import dev.twisted.defer.Deferred;
import org.springframework.stereotype.Component;

/**
 * Greets whatever it is told.
 */
@Component
class PoliteRobot implements Robot {

	@Override
	public Deferred<String> ask(String text) {
		return Deferred.succeed("你好，" + text);
	}

}
