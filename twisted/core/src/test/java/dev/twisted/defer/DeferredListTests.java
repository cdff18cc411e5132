package dev.twisted.defer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeferredList}, {@link Deferreds#gatherResults} and
 * {@link Deferreds#race}.
 */
class DeferredListTests {

	private final List<Object> seen = new ArrayList<>();

	private final Deferred<Integer> first = new Deferred<>();

	private final Deferred<Integer> second = new Deferred<>();

	private final Deferred<Integer> third = new Deferred<>();

	private final List<Deferred<Integer>> all = List.of(this.first, this.second, this.third);

	private final Failure failure = new Failure(new IOException("gone"));

	@Test
	void itTellsHowEachEndedInTheOrderOfTheList() {
		Results results = Results.of(new DeferredList<>(this.all));
		this.third.callback(3);
		this.first.callback(1);
		assertThat(results.none()).isTrue();
		this.second.errback(this.failure);
		assertThat(results.value()).isEqualTo(List.of(new DeferredList.Result<>(true, 1, null),
				new DeferredList.Result<>(false, null, this.failure), new DeferredList.Result<>(true, 3, null)));
		Results.of(this.second);
	}

	@Test
	void anEmptyListFiresAtOnce() {
		assertThat(Results.of(new DeferredList<Integer>(List.of())).value()).isEqualTo(List.of());
	}

	@Test
	void membersThatHaveFiredCountAtOnce() {
		Results results = Results.of(new DeferredList<>(List.of(Deferred.succeed(1), Deferred.succeed(2))));
		assertThat(results.value())
			.isEqualTo(List.of(new DeferredList.Result<>(true, 1, null), new DeferredList.Result<>(true, 2, null)));
	}

	@Test
	void theMembersKeepTheirResultsAndFailures() {
		Results.of(new DeferredList<>(this.all));
		this.first.callback(1);
		this.second.errback(this.failure);
		assertThat(Results.of(this.first).value()).isEqualTo(1);
		assertThat(Results.of(this.second).failure()).isSameAs(this.failure);
	}

	@Test
	void consumeErrorsLeavesNullWithTheMembersThatFailed() {
		Results results = Results.of(new DeferredList<>(this.all, DeferredList.Option.CONSUME_ERRORS));
		this.first.callback(1);
		this.second.errback(this.failure);
		this.third.callback(3);
		assertThat(results.value()).asString().contains("gone");
		assertThat(Results.of(this.second).value()).isNull();
	}

	@Test
	void fireOnOneErrbackFailsWithTheFirstFailureAndItsIndex() {
		Results results = Results.of(new DeferredList<>(this.all, DeferredList.Option.FIRE_ON_ONE_ERRBACK,
				DeferredList.Option.CONSUME_ERRORS));
		this.second.errback(this.failure);
		this.first.errback(new IOException("too late"));
		this.third.callback(3);
		assertThat(results.exception()).isInstanceOfSatisfying(FirstErrorException.class, (exception) -> {
			assertThat(exception.index()).isEqualTo(1);
			assertThat(exception.subFailure()).isSameAs(this.failure);
			assertThat(exception).hasMessageContaining("FirstError[#1").hasCause(this.failure.value());
		});
	}

	@Test
	void fireOnOneCallbackGivesTheFirstResultAndItsIndexAndLetsTheOthersGoOn() {
		Results results = Results.of(DeferredList.fireOnOneCallback(this.all, DeferredList.Option.CONSUME_ERRORS));
		this.second.errback(this.failure);
		this.third.callback(3);
		assertThat(results.value()).isEqualTo(new Deferreds.Winner<>(2, 3));
		assertThat(this.first.called()).isFalse();
		this.first.callback(1);
		assertThat(Results.of(this.first).value()).isEqualTo(1);
	}

	@Test
	void fireOnOneCallbackFailsWithAllFailuresIfAllFail() {
		Results results = Results.of(DeferredList.fireOnOneCallback(this.all, DeferredList.Option.CONSUME_ERRORS));
		Failure other = new Failure(new IOException("other"));
		this.third.errback(other);
		this.first.errback(this.failure);
		this.second.errback(this.failure);
		assertThat(results.exception()).isInstanceOfSatisfying(FailureGroup.class,
				(group) -> assertThat(group.failures()).containsExactly(this.failure, this.failure, other));
	}

	@Test
	void fireOnOneCallbackOfNobodyFailsInsteadOfWaitingForEver() {
		assertThat(Results.of(DeferredList.<Integer>fireOnOneCallback(List.of())).exception())
			.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void fireOnOneCallbackMayFailOnOneErrbackAsWell() {
		Results results = Results.of(DeferredList.fireOnOneCallback(this.all, DeferredList.Option.FIRE_ON_ONE_ERRBACK,
				DeferredList.Option.CONSUME_ERRORS));
		this.second.errback(this.failure);
		assertThat(results.exception()).isInstanceOf(FirstErrorException.class);
	}

	@Test
	void cancellingTheListCancelsEveryMember() {
		DeferredList<Integer> list = new DeferredList<>(this.all, DeferredList.Option.CONSUME_ERRORS);
		Results results = Results.of(list);
		this.first.callback(1);
		list.cancel();
		assertThat(results.value()).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST).hasSize(3);
		assertThat(this.second.called()).isTrue();
		assertThat(this.third.called()).isTrue();
	}

	@Test
	void aCancellerThatThrowsKeepsNoOtherMemberFromBeingCancelled() {
		Deferred<Integer> stubborn = new Deferred<>((cancelled) -> {
			throw new IllegalStateException("stubborn");
		});
		Deferred<Integer> other = new Deferred<>(this.seen::add);
		DeferredList<Integer> list = new DeferredList<>(List.of(stubborn, other), DeferredList.Option.CONSUME_ERRORS);
		list.cancel();
		assertThat(this.seen).containsExactly(other);
		assertThat(list.called()).isFalse();
		stubborn.callback(1);
		assertThat(list.called()).isTrue();
	}

	@Test
	void aFiredListIsNotCancelledAnyMore() {
		DeferredList<Integer> list = new DeferredList<>(this.all, DeferredList.Option.FIRE_ON_ONE_ERRBACK,
				DeferredList.Option.CONSUME_ERRORS);
		Results results = Results.of(list);
		this.first.errback(this.failure);
		list.cancel();
		assertThat(this.second.called()).isFalse();
		assertThat(results.exception()).isInstanceOf(FirstErrorException.class);
	}

	@Test
	void anOuterDeferredThatWaitsForAListCancelsItsMembers() {
		Deferred<Object> outer = Deferred.succeed(1)
			.addCallback((x) -> new DeferredList<>(this.all, DeferredList.Option.CONSUME_ERRORS));
		Results results = Results.of(outer);
		outer.cancel();
		assertThat(this.all).allMatch(Deferred::called);
		assertThat(results.none()).isFalse();
	}

	@Test
	void gatherResultsGivesPlainValuesInOrder() {
		Results results = Results.of(Deferreds.gatherResults(this.all));
		this.second.callback(2);
		this.third.callback(null);
		this.first.callback(1);
		List<Integer> expected = new ArrayList<>(List.of(1, 2));
		expected.add(null);
		assertThat(results.value()).isEqualTo(expected);
		assertThat(Results.of(Deferreds.gatherResults(List.of())).value()).isEqualTo(List.of());
	}

	@Test
	void gatherResultsFailsWithTheFirstErrorAndLeavesLaterOnesWithTheirMembers() {
		Results results = Results.of(Deferreds.gatherResults(this.all));
		this.third.errback(this.failure);
		this.first.errback(new IOException("later"));
		assertThat(results.exception()).isInstanceOfSatisfying(FirstErrorException.class,
				(exception) -> assertThat(exception.index()).isEqualTo(2));
		assertThat(Results.of(this.third).failure()).isSameAs(this.failure);
		assertThat(Results.of(this.first).exception()).hasMessage("later");
	}

	@Test
	void gatherResultsConsumesErrorsIfToldTo() {
		Results results = Results.of(Deferreds.gatherResults(this.all, true));
		this.third.errback(this.failure);
		assertThat(results.exception()).isInstanceOf(FirstErrorException.class);
		assertThat(Results.of(this.third).value()).isNull();
	}

	@Test
	void cancellingGatherResultsCancelsEveryMember() {
		Deferred<List<Integer>> gathered = Deferreds.gatherResults(this.all, true);
		Results results = Results.of(gathered);
		gathered.cancel();
		assertThat(this.all).allMatch(Deferred::called);
		assertThat(results.exception()).isInstanceOf(FirstErrorException.class);
	}

	@Test
	void theFirstSuccessWinsARaceAndTheOthersAreCancelled() {
		Deferred<Integer> loser = new Deferred<>(this.seen::add);
		Results results = Results.of(Deferreds.race(List.of(this.first, this.second, loser)));
		this.first.errback(this.failure);
		assertThat(results.none()).isTrue();
		this.second.callback(2);
		assertThat(results.value()).isEqualTo(new Deferreds.Winner<>(1, 2));
		assertThat(this.seen).containsExactly(loser);
		assertThat(Results.of(loser).value()).isNull();
	}

	@Test
	void aLoserThatIsCancelledIntoASuccessDoesNotWin() {
		Deferred<Integer> loser = new Deferred<>((cancelled) -> cancelled.callback(9));
		Results results = Results.of(Deferreds.race(List.of(loser, this.second)));
		this.second.callback(2);
		assertThat(results.value()).isEqualTo(new Deferreds.Winner<>(1, 2));
	}

	@Test
	void aRaceThatNobodyWinsFailsWithAllFailuresInTheOrderOfTheList() {
		Results results = Results.of(Deferreds.race(List.of(this.first, this.second)));
		Failure other = new Failure(new IOException("other"));
		this.second.errback(other);
		this.first.errback(this.failure);
		assertThat(results.exception()).isInstanceOfSatisfying(FailureGroup.class, (group) -> {
			assertThat(group.failures()).containsExactly(this.failure, other);
			assertThat(group).hasCause(this.failure.value()).hasSuppressedException(other.value());
		});
	}

	@Test
	void cancellingARaceCancelsEveryRunner() {
		Deferred<Deferreds.Winner<Integer>> race = Deferreds.race(this.all);
		Results results = Results.of(race);
		race.cancel();
		assertThat(this.all).allMatch(Deferred::called);
		assertThat(results.exception()).isInstanceOf(FailureGroup.class);
	}

	@Test
	void aRaceWithoutRunnersFailsInsteadOfWaitingForEver() {
		assertThat(Results.of(Deferreds.<Integer>race(List.of())).exception())
			.isInstanceOf(IllegalArgumentException.class);
	}

}
