package dev.twisted.task;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class MillionStepsTests {

	/** A million of the smallest objects there are would take twice as much. */
	private static final String HEAP = "-Xmx8m";

	@ParameterizedTest
	@ValueSource(strings = { "later", "recovering", "fired", "mixed" })
	void aLoopOfAMillionStepsTakesConstantMemory(String loop) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP,
				"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				MillionSteps.class.getName(), loop)
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(output.strip()).isEqualTo("1000000");
		}
		finally {
			process.destroyForcibly();
		}
	}

}
