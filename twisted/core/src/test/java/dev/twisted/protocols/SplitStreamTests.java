package dev.twisted.protocols;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However the network cuts the stream, the frames are the same.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
class SplitStreamTests {

	private static final int MAX_LENGTH = 40;

	private static final List<String> FRAMES = List.of("hello", "", "a\rb\nc", "\r", "12:,", "x".repeat(MAX_LENGTH),
			"\0\u00FF", "bye");

	@Parameter
	Framing framing;

	@Test
	void aStreamInOnePieceGivesItsFrames() {
		assertThat(receive(stream())).isEqualTo(FRAMES);
	}

	@Test
	void aStreamCutInTwoAnywhereGivesTheSameFrames() {
		byte[] stream = stream();
		for (int cut = 0; cut <= stream.length; cut++) {
			assertThat(receive(Arrays.copyOf(stream, cut), Arrays.copyOfRange(stream, cut, stream.length)))
				.as("cut at %d", cut)
				.isEqualTo(FRAMES);
		}
	}

	@Test
	void aStreamCutInThreeAnywhereGivesTheSameFrames() {
		byte[] stream = stream();
		for (int first = 0; first <= stream.length; first++) {
			for (int second = first; second <= stream.length; second++) {
				assertThat(receive(Arrays.copyOf(stream, first), Arrays.copyOfRange(stream, first, second),
						Arrays.copyOfRange(stream, second, stream.length)))
					.as("cut at %d and %d", first, second)
					.isEqualTo(FRAMES);
			}
		}
	}

	@Test
	void aStreamByteByByteGivesTheSameFrames() {
		byte[] stream = stream();
		byte[][] pieces = new byte[stream.length][];
		for (int i = 0; i < stream.length; i++) {
			pieces[i] = new byte[] { stream[i] };
		}
		assertThat(receive(pieces)).isEqualTo(FRAMES);
	}

	@Test
	void aFrameOfOneByteTooManyIsRefusedHoweverItComes() {
		List<String> frames = List.of("hello", "x".repeat(MAX_LENGTH + 1));
		byte[] stream = this.framing.encode(frames);
		for (int cut = 0; cut <= stream.length; cut++) {
			assertThat(receive(Arrays.copyOf(stream, cut), Arrays.copyOfRange(stream, cut, stream.length)))
				.as("cut at %d", cut)
				.containsExactly("hello", Framing.REFUSED);
		}
	}

	@Test
	void aFrameOfOneByteTooManyIsCountedOnce() {
		AtomicInteger tooLong = new AtomicInteger();
		FramedProtocol receiver = this.framing.receiver(new ArrayList<>(), MAX_LENGTH + 1);
		assertThat(receiver.limitFrames(MAX_LENGTH)).isTrue();
		receiver.onFrameTooLong(tooLong::incrementAndGet);
		FakeTransport.connect(receiver);
		FakeTransport.receive(receiver, stream());
		assertThat(tooLong).hasValue(0);
		FakeTransport.receive(receiver, this.framing.encode(List.of("x".repeat(MAX_LENGTH + 1))));
		assertThat(tooLong).hasValue(1);
	}

	@Test
	void pausingAfterEveryFrameLosesNoneAndDeliversNoneInBetween() {
		List<String> frames = new ArrayList<>();
		FramedProtocol receiver = this.framing.receiver(frames, MAX_LENGTH);
		FakeTransport transport = FakeTransport.connect(receiver);
		receiver.pauseProducing();
		byte[] stream = stream();
		FakeTransport.receive(receiver, Arrays.copyOf(stream, 20));
		FakeTransport.receive(receiver, Arrays.copyOfRange(stream, 20, stream.length));
		assertThat(frames).isEmpty();
		assertThat(transport.paused).isTrue();
		receiver.resumeProducing();
		assertThat(frames).isEqualTo(FRAMES);
		assertThat(transport.paused).isFalse();
	}

	private byte[] stream() {
		return this.framing.encode(FRAMES);
	}

	private List<String> receive(byte[]... pieces) {
		List<String> frames = new ArrayList<>();
		FramedProtocol receiver = this.framing.receiver(frames, MAX_LENGTH);
		FakeTransport transport = FakeTransport.connect(receiver);
		for (byte[] piece : pieces) {
			if (transport.reason == null) {
				FakeTransport.receive(receiver, piece);
			}
		}
		if (transport.reason != null) {
			assertThat(transport.reason.value()).isInstanceOf(LengthLimitExceededException.class);
			frames.add(Framing.REFUSED);
		}
		return frames;
	}

}
