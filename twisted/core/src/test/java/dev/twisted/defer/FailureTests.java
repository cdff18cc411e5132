package dev.twisted.defer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Failure}.
 */
class FailureTests {

	private final Failure failure = new Failure(new ArithmeticException("/ by zero"));

	@Test
	void itHasTheValueAndTheType() {
		assertThat(this.failure.value()).isInstanceOf(ArithmeticException.class);
		assertThat(this.failure.type()).isEqualTo(ArithmeticException.class);
	}

	@Test
	void parentsAreTheNamesOfTheWholeHierarchy() {
		assertThat(this.failure.parents()).containsExactly("java.lang.ArithmeticException",
				"java.lang.RuntimeException", "java.lang.Exception", "java.lang.Throwable", "java.lang.Object");
	}

	@Test
	void checkGivesTheFirstMatchingClassOrNull() {
		assertThat(this.failure.check(IOException.class, RuntimeException.class, ArithmeticException.class))
			.isEqualTo(RuntimeException.class);
		assertThat(this.failure.check(IOException.class)).isNull();
	}

	@Test
	void checkGivesTheFirstMatchingNameOrNull() {
		assertThat(this.failure.check("java.io.IOException", "java.lang.RuntimeException"))
			.isEqualTo("java.lang.RuntimeException");
		assertThat(this.failure.check("builtins.ZeroDivisionError")).isNull();
	}

	@Test
	void aRemoteFailureIsMatchedByItsNames() {
		Failure remote = new Failure(new IOException("far away")) {

			@Override
			public List<String> parents() {
				return List.of("builtins.ZeroDivisionError", "java.lang.ArithmeticException");
			}

		};
		assertThat(remote.check("builtins.ZeroDivisionError")).isEqualTo("builtins.ZeroDivisionError");
		assertThat(remote.check(ArithmeticException.class)).isEqualTo(ArithmeticException.class);
		assertThat(remote.check(IOException.class)).isNull();
		assertThat(remote.getTraceback()).endsWith("builtins.ZeroDivisionError: far away");
	}

	@Test
	void trapReturnsTheMatch() throws Exception {
		assertThat(this.failure.trap(IOException.class, ArithmeticException.class))
			.isEqualTo(ArithmeticException.class);
		assertThat(this.failure.trap("java.lang.RuntimeException")).isEqualTo("java.lang.RuntimeException");
	}

	@Test
	void trapRaisesTheOriginalExceptionWhenNothingMatches() {
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> this.failure.trap(IOException.class))
			.isSameAs(this.failure.value());
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> this.failure.trap("java.io.IOException"))
			.isSameAs(this.failure.value());
	}

	@Test
	void raiseExceptionThrowsTheOriginalWhateverItIs() {
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> this.failure.raiseException())
			.isSameAs(this.failure.value());
		Error error = new AssertionError("as it is");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> new Failure(error).raiseException())
			.isSameAs(error);
		Throwable neither = new Throwable("neither");
		assertThatExceptionOfType(Throwable.class).isThrownBy(() -> new Failure(neither).raiseException())
			.isSameAs(neither);
	}

	@Test
	void aWrappedExceptionIsNotUnwrapped() {
		CompletionException wrapped = new CompletionException(new IOException("inside"));
		assertThat(new Failure(wrapped).value()).isSameAs(wrapped);
		assertThat(new Failure(wrapped).check(IOException.class)).isNull();
	}

	@Test
	void getErrorMessageIsTheMessageAndEmptyIfThereIsNone() {
		assertThat(this.failure.getErrorMessage()).isEqualTo("/ by zero");
		assertThat(new Failure(new IOException()).getErrorMessage()).isEmpty();
	}

	@Test
	void anExceptionThatCannotTellItsMessageIsStillShown() {
		Failure broken = new Failure(new RuntimeException() {

			@Override
			public String getMessage() {
				throw new IllegalStateException("broken");
			}

		});
		assertThat(broken.getErrorMessage()).contains("IllegalStateException");
		assertThat(broken.toString()).contains("IllegalStateException");
	}

	@Test
	void theBriefTracebackBeginsWithTypeAndMessage() {
		assertThat(this.failure.getBriefTraceback().lines().findFirst())
			.hasValue("Traceback: java.lang.ArithmeticException: / by zero");
		assertThat(this.failure.getBriefTraceback()).contains("FailureTests");
	}

	@Test
	void theTracebackEndsWithTypeAndMessage() {
		assertThat(this.failure.getTraceback()).startsWith("Traceback")
			.contains("FailureTests")
			.endsWith("java.lang.ArithmeticException: / by zero");
	}

	@Test
	void theTracebackShowsCausesFirstAndSurvivesACircle() {
		IOException cause = new IOException("the cause");
		IllegalStateException effect = new IllegalStateException("the effect", cause);
		cause.initCause(effect);
		String traceback = new Failure(effect).getTraceback();
		assertThat(traceback).endsWith("java.lang.IllegalStateException: the effect");
		assertThat(traceback.indexOf("the cause")).isPositive().isLessThan(traceback.indexOf("the effect"));
	}

	@Test
	void printTracebackWritesTheTracebackAndALineEnd() {
		StringBuilder out = new StringBuilder();
		this.failure.printTraceback(out);
		assertThat(out.toString()).isEqualTo(this.failure.getTraceback() + "\n");
	}

	@Test
	void printTracebackSaysWhenItCannotWrite() {
		Appendable broken = new Appendable() {

			@Override
			public Appendable append(CharSequence text) throws IOException {
				throw new IOException("full");
			}

			@Override
			public Appendable append(CharSequence text, int start, int end) throws IOException {
				throw new IOException("full");
			}

			@Override
			public Appendable append(char text) throws IOException {
				throw new IOException("full");
			}

		};
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> this.failure.printTraceback(broken));
	}

	@Test
	void toStringNamesTypeAndMessageInOneLine() {
		assertThat(this.failure.toString())
			.startsWith("[Failure instance: Traceback: java.lang.ArithmeticException: / by zero")
			.endsWith("]")
			.hasLineCount(1);
	}

	@Test
	void nullIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Failure(null));
	}

}
