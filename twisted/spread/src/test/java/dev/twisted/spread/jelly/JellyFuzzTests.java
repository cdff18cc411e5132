package dev.twisted.spread.jelly;

import java.util.Map;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twisted.spread.banana.BananaDecoder;
import dev.twisted.spread.banana.BananaEncoder;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Dialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any expressions: objects or a refusal come out, nothing else, and what came out can be
 * written and read again. With {@code JAZZER_FUZZ=1} in the environment and
 * {@code -Djazzer.hooks=true} they are made up, otherwise they are those that are kept
 * with this test.
 */
@Timeout(600)
class JellyFuzzTests {

	private static final int MAX_DEPTH = 20;

	private static final SecurityOptions SECURITY = new SecurityOptions().setUnjellyableForClass("shop.Point",
			Point.class);

	@FuzzTest(maxDuration = "45s")
	void objectsOrARefusalComeOut(FuzzedDataProvider data) throws BananaException, JellyException {
		ByteBuf stream = Unpooled.wrappedBuffer(data.consumeRemainingAsBytes());
		Object value;
		try {
			BananaDecoder decoder = new BananaDecoder(MAX_DEPTH, 10_000);
			decoder.setDialect(Dialect.PB);
			Object expression = decoder.next(stream);
			if (expression == null) {
				return;
			}
			value = unjelly(expression);
		}
		catch (BananaException | JellyException ex) {
			assertThat(ex).hasMessageMatching("(?s).+");
			return;
		}
		Object jelly = new Jellier(SECURITY, null, 10 * MAX_DEPTH).jelly(value);
		ByteBuf output = Unpooled.buffer();
		BananaEncoder.encode(jelly, Dialect.PB, output);
		BananaDecoder again = new BananaDecoder(10 * MAX_DEPTH, 1_000_000);
		again.setDialect(Dialect.PB);
		Object back = unjelly(again.next(output));
		assertThat((back != null) ? back.getClass() : null).isEqualTo((value != null) ? value.getClass() : null);
	}

	private static Object unjelly(Object expression) throws JellyException {
		return new Unjellier(SECURITY, Map.of(), null).unjelly(expression);
	}

	/** Something that is registered. */
	record Point(Object x, Object y) {

	}

}
