package dev.twisted.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles the code of every page in {@code docs}, and runs the programs among it.
 */
class PagesTests {

	@ParameterizedTest
	@MethodSource("snippets")
	void aSnippetCompiles(Snippet snippet, @TempDir Path classes) {
		snippet.compile(classes);
	}

	@ParameterizedTest
	@MethodSource("programs")
	void aProgramPrintsWhatThePageSays(Snippet program, @TempDir Path classes) throws Exception {
		program.compile(classes);
		assertThat(program.run(classes)).matches(program.printed());
	}

	@ParameterizedTest
	@MethodSource("dev.twisted.docs.Snippet#pages")
	void noCodeIsLeftOut(Path page) throws IOException {
		List<String> lines = Files.readAllLines(page);
		List<Snippet> snippets = Snippet.of(page);
		assertThat(snippets).hasSize((int) lines.stream().filter("```java"::equals).count());
		assertThat(snippets.stream().filter((snippet) -> snippet.prints() != null))
			.hasSize((int) lines.stream().filter("```text"::equals).count());
	}

	static Stream<Snippet> snippets() {
		return Snippet.pages()
			.stream()
			.flatMap((page) -> Snippet.of(page).stream())
			.filter((snippet) -> snippet.prints() == null);
	}

	static Stream<Snippet> programs() {
		return Snippet.pages()
			.stream()
			.flatMap((page) -> Snippet.of(page).stream())
			.filter((snippet) -> snippet.prints() != null);
	}

}
