package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Reactor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReactorExitTests {

	@Test
	void aCallbackThatExitsTheProcessEndsIt() throws Exception {
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				System.getProperty("java.class.path"), ExitingProgram.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).isEqualTo(3);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** A program whose callback waits for the end of the process, which waits for it. */
	static final class ExitingProgram {

		public static void main(String[] arguments) {
			Reactor reactor = new ReactorBuilder().eventLoopModel(EventLoopModel.NIO)
				.shutdownTimeout(Duration.ofMillis(100))
				.build();
			reactor.callWhenRunning(() -> System.exit(3));
			reactor.run();
		}

	}

}
