package dev.twisted.spread.banana;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes, cut anywhere: the same expressions come out as in one piece, or the same
 * refusal, and what came out is written so that it is read as the same again. With
 * {@code JAZZER_FUZZ=1} in the environment and {@code -Djazzer.hooks=true} they are made
 * up, otherwise they are those that are kept with this test.
 */
@Timeout(600)
class BananaFuzzTests {

	private static final String REFUSED = "refused";

	@FuzzTest(maxDuration = "45s")
	void expressionsAreThoseOfTheStream(FuzzedDataProvider data) throws BananaException {
		int[] cuts = data.consumeInts(4);
		byte[] stream = data.consumeRemainingAsBytes();
		List<Object> whole = decode(stream, new int[0]);
		assertThat(decode(stream, cuts)).isEqualTo(whole);
		for (Object expression : whole) {
			if (!REFUSED.equals(expression)) {
				ByteBuf output = Unpooled.buffer();
				BananaEncoder.encode(expression, Dialect.PB, output);
				byte[] written = Arrays.copyOf(output.array(), output.readableBytes());
				assertThat(decode(written, new int[0])).isEqualTo(List.of(expression));
			}
		}
	}

	private static List<Object> decode(byte[] stream, int[] cuts) {
		BananaDecoder decoder = new BananaDecoder(20, 10_000);
		decoder.setDialect(Dialect.PB);
		List<Object> expressions = new ArrayList<>();
		int from = 0;
		try {
			for (int cut : cuts) {
				int to = from + Math.floorMod(cut, stream.length - from + 1);
				receive(decoder, Unpooled.copiedBuffer(stream, from, to - from), expressions);
				from = to;
			}
			receive(decoder, Unpooled.copiedBuffer(stream, from, stream.length - from), expressions);
		}
		catch (BananaException ex) {
			expressions.add(REFUSED);
		}
		return expressions;
	}

	private static void receive(BananaDecoder decoder, ByteBuf data, List<Object> expressions) throws BananaException {
		ByteBuf input = decoder.receive(data);
		Object expression;
		while ((expression = decoder.next(input)) != null) {
			expressions.add(expression);
		}
		decoder.keep(input);
	}

}
