package dev.twisted.struct;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HalfFloatTests {

	@Test
	void everyNumberComesBackAsItself() {
		for (int bits = 0; bits < 0x10000; bits++) {
			float value = HalfFloat.toFloat(bits);
			if (!Float.isNaN(value)) {
				assertThat(HalfFloat.toBits(value)).as("%#x is %s", bits, value).isEqualTo(bits);
			}
		}
	}

	@Test
	void whatIsRightBetweenTwoNumbersBecomesTheEvenOne() {
		for (int bits = 0; bits < 0x7BFF; bits++) {
			double middle = (HalfFloat.toFloat(bits) + (double) HalfFloat.toFloat(bits + 1)) / 2;
			assertThat(HalfFloat.toBits(middle)).as("between %#x and the next", bits).isEqualTo(bits + (bits & 1));
			assertThat(HalfFloat.toBits(Math.nextDown(middle))).as("below the middle after %#x", bits).isEqualTo(bits);
			assertThat(HalfFloat.toBits(Math.nextUp(middle))).as("above the middle after %#x", bits)
				.isEqualTo(bits + 1);
		}
	}

	@Test
	void whatWouldRoundToInfinityIsTooLarge() {
		assertThat(HalfFloat.toBits(Math.nextDown(65520.0))).isEqualTo(0x7BFF);
		assertThatExceptionOfType(StructException.class).isThrownBy(() -> HalfFloat.toBits(65520.0));
		assertThatExceptionOfType(StructException.class).isThrownBy(() -> HalfFloat.toBits(-1e300));
	}

	@Test
	void whatIsNoNumberIsQuiet() {
		assertThat(HalfFloat.toFloat(0x7E00)).isNaN();
		assertThat(HalfFloat.toFloat(0xFC01)).isNaN();
		assertThat(HalfFloat.toBits(Double.NaN)).isEqualTo(0x7E00);
		assertThat(HalfFloat.toBits(Double.POSITIVE_INFINITY)).isEqualTo(0x7C00);
		assertThat(HalfFloat.toBits(-0.0)).isEqualTo(0x8000);
	}

}
