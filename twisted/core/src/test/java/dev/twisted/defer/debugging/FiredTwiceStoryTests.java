package dev.twisted.defer.debugging;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Deferred;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what is told to who fires a Deferred again.
 */
class FiredTwiceStoryTests {

	@AfterEach
	void debugNoMore() {
		Deferred.setDebugging(false);
	}

	@Test
	void whileDebuggingItTellsWhereTheDeferredWasMadeAndFirstFired() {
		Deferred.setDebugging(true);
		assertThat(Deferred.getDebugging()).isTrue();
		Deferred<Integer> deferred = makeInOnePlace();
		fireInAnotherPlace(deferred);
		assertThat(refusal(deferred).lines().map(String::strip)).containsSubsequence("Created:")
			.containsSubsequence("First called:")
			.anyMatch((line) -> line.contains(".makeInOnePlace("))
			.anyMatch((line) -> line.contains(".fireInAnotherPlace("));
	}

	@Test
	void bothStacksBeginOutsideOfTheLibraryAndAreCutShort() {
		Deferred.setDebugging(true);
		Deferred<Integer> deferred = makeInOnePlace();
		deepDown(40, () -> fireInAnotherPlace(deferred));
		String[] told = refusal(deferred).lines().map(String::strip).toArray(String[]::new);
		assertThat(told).hasSizeLessThanOrEqualTo(1 + 2 * 12);
		assertThat(told[1]).isEqualTo("Created:");
		assertThat(told[2]).contains(".makeInOnePlace(");
		assertThat(told[told.length - 12]).isEqualTo("First called:");
		assertThat(told[told.length - 11]).contains(".fireInAnotherPlace(");
		assertThat(told[told.length - 1]).matches("\\.\\.\\. \\d+ more");
	}

	@Test
	void withoutDebuggingItTellsHowToLearnMore() {
		Deferred<Integer> deferred = makeInOnePlace();
		fireInAnotherPlace(deferred);
		assertThat(refusal(deferred)).contains("Deferred.setDebugging(true)", "twisted.deferred.debug")
			.doesNotContain("Created:");
	}

	private static String refusal(Deferred<Integer> deferred) {
		String[] message = new String[1];
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> deferred.callback(2))
			.satisfies((ex) -> message[0] = ex.getMessage());
		return message[0];
	}

	private static Deferred<Integer> makeInOnePlace() {
		return new Deferred<>();
	}

	private static void fireInAnotherPlace(Deferred<Integer> deferred) {
		deferred.callback(1);
	}

	private static void deepDown(int calls, Runnable task) {
		if (calls == 0) {
			task.run();
		}
		else {
			deepDown(calls - 1, task);
		}
	}

}
