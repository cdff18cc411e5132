package dev.twisted.docs;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles the code of the pages in {@code docs} that are about the library.
 */
class PageTests {

	private static final List<String> PAGES = List.of("protocols.md", "threading.md");

	private static final Pattern CODE = Pattern.compile("```java\\R(.*?class (\\w+).*?)```", Pattern.DOTALL);

	private static final List<String> IMPORTS = List.of("dev.twisted.defer.*", "dev.twisted.internet.*",
			"dev.twisted.protocols.*", "dev.twisted.struct.*", "dev.twisted.task.*", "io.netty.buffer.ByteBuf",
			"java.nio.charset.StandardCharsets", "java.nio.file.*", "java.time.Duration", "java.util.*",
			"java.util.concurrent.ConcurrentHashMap", "java.util.concurrent.atomic.AtomicInteger");

	@ParameterizedTest
	@MethodSource("snippets")
	void aSnippetCompiles(Snippet snippet, @TempDir Path classes) {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		List<String> options = List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path"),
				"-proc:none");
		Boolean compiled = compiler.getTask(messages, null, null, options, null, List.of(snippet.source())).call();
		assertThat(compiled).as(messages.toString()).isTrue();
	}

	@ParameterizedTest
	@FieldSource("PAGES")
	void everySnippetOfAPageIsCompiled(String page) throws IOException {
		long fences = read(page).lines().filter((line) -> line.equals("```java")).count();
		assertThat(snippets(page)).hasSize((int) fences).isNotEmpty();
	}

	static Stream<Snippet> snippets() throws IOException {
		List<Snippet> all = new ArrayList<>();
		for (String page : PAGES) {
			all.addAll(snippets(page));
		}
		return all.stream();
	}

	private static List<Snippet> snippets(String page) throws IOException {
		Matcher matcher = CODE.matcher(read(page));
		return matcher.results().map((code) -> new Snippet(code.group(2), code.group(1))).toList();
	}

	private static String read(String page) throws IOException {
		return Files.readString(Path.of(System.getProperty("basedir", ""), "..", "..", "docs", page));
	}

	record Snippet(String name, String code) {

		JavaFileObject source() {
			StringBuilder text = new StringBuilder();
			IMPORTS.forEach((name) -> text.append("import ").append(name).append(";\n"));
			text.append(this.code);
			return new SimpleJavaFileObject(URI.create("string:///" + this.name + ".java"),
					JavaFileObject.Kind.SOURCE) {

				@Override
				public CharSequence getCharContent(boolean ignoreEncodingErrors) {
					return text;
				}

			};
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
