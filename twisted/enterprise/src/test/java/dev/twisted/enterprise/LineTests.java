package dev.twisted.enterprise;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LineTests {

	private final Line<String> line = new Line<>();

	private final Line.Place<String> first = new Line.Place<>("first");

	private final Line.Place<String> second = new Line.Place<>("second");

	private final Line.Place<String> third = new Line.Place<>("third");

	LineTests() {
		this.line.add(this.first);
		this.line.add(this.second);
		this.line.add(this.third);
	}

	@Test
	void whoCameFirstIsNext() {
		assertThat(this.line.first()).isEqualTo("first");
		assertThat(this.line.poll()).isEqualTo("first");
		assertThat(this.line.poll()).isEqualTo("second");
		assertThat(this.line.poll()).isEqualTo("third");
		assertThat(this.line.poll()).isNull();
		assertThat(this.line.first()).isNull();
		assertThat(this.line.isEmpty()).isTrue();
	}

	@Test
	void anyMayLeave() {
		assertThat(this.line.remove(this.second)).isTrue();
		assertThat(this.line.copy()).containsExactly("first", "third");
		assertThat(this.line.remove(this.first)).isTrue();
		assertThat(this.line.copy()).containsExactly("third");
		assertThat(this.line.remove(this.third)).isTrue();
		assertThat(this.line.copy()).isEmpty();
		assertThat(this.line.size()).isZero();
	}

	@Test
	void whoHasLeftCannotLeaveAgain() {
		this.line.remove(this.third);
		assertThat(this.line.remove(this.third)).isFalse();
		this.line.poll();
		assertThat(this.line.remove(this.first)).isFalse();
		assertThat(this.line.size()).isEqualTo(1);
	}

	@Test
	void whoComesAgainIsLast() {
		this.line.remove(this.first);
		this.line.add(this.first);
		assertThat(this.line.copy()).containsExactly("second", "third", "first");
	}

	@Test
	void whoComesToAnEmptyLineIsFirst() {
		this.line.remove(this.first);
		this.line.remove(this.second);
		this.line.remove(this.third);
		this.line.add(this.second);
		assertThat(this.line.first()).isEqualTo("second");
		assertThat(this.line.copy()).containsExactly("second");
	}

}
