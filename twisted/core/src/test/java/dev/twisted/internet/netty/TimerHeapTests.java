package dev.twisted.internet.netty;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import dev.twisted.internet.EventLoopModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TimerHeapTests {

	private final Loop loop = ((NettyReactor) new ReactorBuilder().eventLoopModel(EventLoopModel.NIO).build())
		.mainLoop();

	private final TimerHeap heap = new TimerHeap();

	@Test
	void callsDueTogetherComeOutInTheOrderInWhichTheyWereMade() {
		List<TimedCall> made = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			made.add(add(7));
		}
		assertThat(takeAll(7)).containsExactlyElementsOf(made);
	}

	@Test
	void aCallThatIsMovedGoesBehindThoseThatAreDueThen() {
		TimedCall moved = add(3);
		TimedCall second = add(7);
		this.heap.move(moved, 7);
		assertThat(takeAll(7)).containsExactly(second, moved);
	}

	@Test
	void aCallIsNotTakenBeforeItIsDue() {
		TimedCall call = add(7);
		assertThat(this.heap.poll(6, this.heap.mark())).isNull();
		assertThat(this.heap.poll(7, this.heap.mark())).isSameAs(call);
	}

	@Test
	void aCallMadeAfterTheMarkWaitsForTheNextTurn() {
		TimedCall early = add(1);
		long mark = this.heap.mark();
		TimedCall late = add(1);
		assertThat(this.heap.poll(5, mark)).isSameAs(early);
		assertThat(this.heap.poll(5, mark)).isNull();
		assertThat(this.heap.poll(5, this.heap.mark())).isSameAs(late);
	}

	@Test
	void addingTellsWhetherTheCallIsTheFirst() {
		assertThat(this.heap.add(call(5))).isTrue();
		assertThat(this.heap.add(call(6))).isFalse();
		assertThat(this.heap.add(call(4))).isTrue();
	}

	@Test
	void removingACallThatIsNotThereDoesNothing() {
		TimedCall gone = add(5);
		TimedCall stays = add(6);
		this.heap.remove(gone);
		this.heap.remove(gone);
		assertThat(takeAll(10)).containsExactly(stays);
	}

	@Test
	void theTimeUntilTheFirstCallIsNeverBelowZero() {
		assertThat(this.heap.untilFirst(0)).isEqualTo(-1);
		add(5);
		assertThat(this.heap.untilFirst(2)).isEqualTo(3);
		assertThat(this.heap.untilFirst(9)).isZero();
	}

	@Test
	void theOrderHoldsWhereTheClockRunsOver() {
		TimedCall after = add(Long.MIN_VALUE + 5);
		TimedCall before = add(Long.MAX_VALUE - 5);
		assertThat(takeAll(Long.MIN_VALUE + 5)).containsExactly(before, after);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void afterAnyOperationsTheHeapIsTheSortedModel(long seed) {
		Random random = new Random(seed);
		List<TimedCall> model = new ArrayList<>();
		// Few different times, so that many calls are due together.
		int times = 1 + random.nextInt(50);
		for (int step = 0; step < 20_000; step++) {
			int operation = random.nextInt(10);
			if (operation < 5 || model.isEmpty()) {
				model.add(add(random.nextInt(times)));
			}
			else if (operation < 7) {
				TimedCall removed = model.remove(random.nextInt(model.size()));
				this.heap.remove(removed);
				assertThat(removed.index).isNegative();
			}
			else if (operation < 9) {
				// The model keeps those due together in the order of their last move.
				TimedCall moved = model.remove(random.nextInt(model.size()));
				this.heap.move(moved, random.nextInt(times));
				model.add(moved);
			}
			else {
				long now = random.nextInt(times);
				TimedCall expected = first(model, now);
				assertThat(this.heap.poll(now, this.heap.mark())).isSameAs(expected);
				model.remove(expected);
			}
			assertThat(this.heap.size()).isEqualTo(model.size());
		}
		model.sort(Comparator.comparingLong((call) -> call.due));
		assertThat(takeAll(times)).containsExactlyElementsOf(model);
	}

	private static TimedCall first(List<TimedCall> model, long now) {
		// The first of equals, as a stable sort would have it.
		TimedCall first = null;
		for (TimedCall call : model) {
			if (call.due <= now && (first == null || call.due < first.due)) {
				first = call;
			}
		}
		return first;
	}

	private TimedCall call(long due) {
		return new TimedCall(this.loop, () -> {
		}, due);
	}

	private TimedCall add(long due) {
		TimedCall call = call(due);
		this.heap.add(call);
		return call;
	}

	private List<TimedCall> takeAll(long now) {
		List<TimedCall> taken = new ArrayList<>();
		TimedCall call = this.heap.poll(now, this.heap.mark());
		while (call != null) {
			taken.add(call);
			call = this.heap.poll(now, this.heap.mark());
		}
		assertThat(this.heap.size()).isZero();
		return taken;
	}

}
