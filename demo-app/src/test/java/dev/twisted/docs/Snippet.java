package dev.twisted.docs;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A piece of Java on a page of the documentation, and what it prints if the page says so.
 *
 * @param page the name of the page
 * @param name the name of the class
 * @param code its source, without the imports
 * @param prints what stands below it as its output
 */
record Snippet(String page, String name, String code, @Nullable String prints) {

	private static final Path DOCS = Path.of("..", "docs");

	private static final Pattern CODE = Pattern
		.compile("```java\\R(.*?(?:class|interface|record) (\\w+).*?)```(?:\\R\\R```text\\R(.*?)```)?", Pattern.DOTALL);

	private static final List<String> IMPORTS = List.of("static dev.twisted.defer.Deferreds.*", "dev.twisted.boot.*",
			"dev.twisted.defer.*", "dev.twisted.internet.*", "dev.twisted.internet.ssl.*", "dev.twisted.protocols.*",
			"dev.twisted.protocols.haproxy.*", "dev.twisted.spread.cred.*", "dev.twisted.spread.jelly.*",
			"dev.twisted.spread.pb.*", "dev.twisted.struct.*", "dev.twisted.task.*", "dev.twisted.web.*",
			"dev.twisted.web.client.*", "io.netty.buffer.ByteBuf", "java.nio.charset.StandardCharsets",
			"java.nio.file.*", "java.time.Duration", "java.util.*", "java.util.concurrent.CompletableFuture",
			"java.util.concurrent.ConcurrentHashMap", "java.util.concurrent.atomic.AtomicInteger",
			"org.springframework.stereotype.*", "org.springframework.web.bind.annotation.*",
			"reactor.core.publisher.*");

	static List<Path> pages() {
		try (Stream<Path> files = Files.list(DOCS)) {
			return files.filter((file) -> file.toString().endsWith(".md")).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<Snippet> of(Path page) {
		try {
			Matcher matcher = CODE.matcher(Files.readString(page));
			return matcher.results()
				.map((code) -> new Snippet(page.getFileName().toString(), code.group(2), code.group(1), code.group(3)))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Compile it. */
	void compile(Path classes) {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		List<String> options = List.of("-d", classes.toString(), "-classpath", classPath(), "-proc:none",
				"-parameters");
		Boolean compiled = compiler.getTask(messages, null, null, options, null, List.of(source())).call();
		assertThat(compiled).as(messages.toString()).isTrue();
	}

	/**
	 * Run its {@code main} in a process of its own.
	 * @return what that printed on standard output
	 */
	String run(Path classes) throws IOException, InterruptedException {
		Path log = Files.writeString(classes.resolve("logback.xml"), """
				<configuration><appender name="err" class="ch.qos.logback.core.ConsoleAppender">
				<target>System.err</target><encoder><pattern>%m%n</pattern></encoder></appender>
				<root level="info"><appender-ref ref="err"/></root></configuration>
				""");
		Path output = classes.resolve("output.txt");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8",
				"-Dlogback.configurationFile=" + log, "-cp",
				classes + System.getProperty("path.separator") + classPath(), this.name)
			.redirectOutput(output.toFile())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
			assertThat(process.exitValue()).isZero();
			return Files.readString(output, StandardCharsets.UTF_8);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * What the page says it prints, as a pattern: a line of dots behind {@code at} stands
	 * for any number of lines of a stack.
	 */
	Pattern printed() {
		String text = (this.prints != null) ? this.prints : "";
		return Pattern.compile(Pattern.quote(text).replace("  at ...\n", "\\E(?:  at [^\\n]+\\n)+\\Q"));
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	private JavaFileObject source() {
		StringBuilder text = new StringBuilder();
		IMPORTS.forEach((name) -> text.append("import ").append(name).append(";\n"));
		text.append(this.code);
		return new SimpleJavaFileObject(URI.create("string:///" + this.name + ".java"), JavaFileObject.Kind.SOURCE) {

			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return text;
			}

		};
	}

	@Override
	public String toString() {
		return this.page + ": " + this.name;
	}

}
