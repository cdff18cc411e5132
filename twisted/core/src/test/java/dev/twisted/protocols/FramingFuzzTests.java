package dev.twisted.protocols;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes, cut anywhere: every receiver delivers what a plain description of its format
 * finds in them, refuses them at the same place, and never throws anything but that. With
 * {@code JAZZER_FUZZ=1} in the environment and {@code -Djazzer.hooks=true} they are made
 * up, otherwise they are those that are kept with this test.
 */
@Timeout(600)
class FramingFuzzTests {

	private static final int MAX_LENGTH = 40;

	/**
	 * Those that the kept streams were found for. The others differ from them only in who
	 * reads a header and who is given a frame.
	 */
	private static final Framing[] KINDS = Arrays.copyOf(Framing.values(), Framing.HEADERS.ordinal() + 1);

	@FuzzTest(maxDuration = "45s")
	void framesAreThoseOfTheStream(FuzzedDataProvider data) {
		Framing framing = data.pickValue(KINDS);
		int[] cuts = data.consumeInts(8);
		byte[] stream = data.consumeRemainingAsBytes();
		List<String> frames = new ArrayList<>();
		FramedProtocol receiver = framing.receiver(frames, MAX_LENGTH);
		FakeTransport transport = FakeTransport.connect(receiver);
		int from = 0;
		for (int cut : cuts) {
			int to = from + Math.floorMod(cut, stream.length - from + 1);
			receive(receiver, Arrays.copyOfRange(stream, from, to));
			from = to;
		}
		receive(receiver, Arrays.copyOfRange(stream, from, stream.length));
		if (transport.reason != null) {
			assertThat(transport.reason.value()).isInstanceOf(FramingException.class);
			frames.add(Framing.REFUSED);
		}
		assertThat(frames).isEqualTo(framing.decode(stream, MAX_LENGTH));
	}

	private static void receive(FramedProtocol receiver, byte[] data) {
		if (!receiver.transport().disconnecting()) {
			FakeTransport.receive(receiver, data);
		}
	}

}
