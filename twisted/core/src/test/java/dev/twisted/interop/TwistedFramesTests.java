package dev.twisted.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Our receivers and those of the real Twisted, both ways.
 */
class TwistedFramesTests extends InteropSetup {

	private final BlockingQueue<String> lost = new LinkedBlockingQueue<>();

	private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

	private final BlockingQueue<FrameKind.Sender> connected = new LinkedBlockingQueue<>();

	@Override
	@BeforeEach
	void startReactor() {
		this.model = EventLoopModel.NIO;
		super.startReactor();
	}

	@ParameterizedTest
	@EnumSource
	void framesOfTwistedComeBackToIt(FrameKind kind) throws Exception {
		int port = listenTCP(Factory.forProtocol(() -> kind.protocol(new Echo())));
		try (PythonPeer client = client(port, kind, kind.sizes())) {
			List<String> expected = new ArrayList<>();
			kind.sizes().forEach((size) -> expected.add("ECHOED %d True".formatted(size)));
			expected.add("LOST ConnectionDone");
			assertThat(client.lines()).isEqualTo(expected);
		}
		assertThat(next(this.lost)).isEqualTo("ConnectionDone");
	}

	@ParameterizedTest
	@EnumSource
	void ourFramesComeBackFromTwisted(FrameKind kind) throws Exception {
		try (PythonPeer server = PythonPeer.start("frames_server.py", kind.title())) {
			FrameKind.Sender sender = connect(server, kind);
			for (int size : kind.sizes()) {
				sender.send(frame(size));
			}
			for (int size : kind.sizes()) {
				assertThat(next(this.received)).isEqualTo(frame(size));
			}
		}
		assertThat(next(this.lost)).startsWith("Connection");
	}

	@ParameterizedTest
	@EnumSource(names = { "LINE", "LINE_ONLY", "INT32", "NETSTRING", "PRIVATE" })
	void aFrameOfTwistedThatIsTooLongClosesTheConnection(FrameKind kind) throws Exception {
		int port = listenTCP(Factory.forProtocol(() -> kind.protocol(new Echo())));
		try (PythonPeer client = client(port, kind, List.of(kind.longest(), kind.longest() + 1))) {
			assertThat(client.line()).isEqualTo("ECHOED %d True".formatted(kind.longest()));
			assertThat(client.line()).isEqualTo("LOST ConnectionDone");
		}
		assertThat(next(this.lost)).isEqualTo("LengthLimitExceededException");
	}

	@ParameterizedTest
	@EnumSource(names = { "LINE", "LINE_ONLY", "INT32", "NETSTRING", "PRIVATE" })
	void aFrameOfOursThatIsTooLongForTwistedClosesTheConnection(FrameKind kind) throws Exception {
		try (PythonPeer server = PythonPeer.start("frames_server.py", kind.title())) {
			FrameKind.Sender sender = connect(server, kind);
			sender.send(frame(kind.longest()));
			assertThat(next(this.received)).hasSize(kind.longest());
			sender.send(frame(kind.longest() + 1));
			assertThat(next(this.lost)).startsWith("Connection");
			assertThat(server.line()).startsWith("LOST Connection");
		}
	}

	private FrameKind.Sender connect(PythonPeer server, FrameKind kind) throws Exception {
		int port = server.port();
		this.reactor.blockingCallFromThread(() -> this.reactor.connectTCP("127.0.0.1", port, new ClientFactory() {

			@Override
			public Protocol buildProtocol(Address address) {
				return kind.protocol(new Collector());
			}

		}));
		return next(this.connected);
	}

	private static PythonPeer client(int port, FrameKind kind, List<Integer> sizes) {
		List<Object> arguments = new ArrayList<>(List.of(port, kind.title()));
		arguments.addAll(sizes);
		return PythonPeer.start("frames_client.py", arguments.toArray());
	}

	/** The same bytes as the Python side makes. */
	private static byte[] frame(int size) {
		byte[] frame = pattern(size);
		for (int i = 0; i < size; i++) {
			frame[i] = (byte) ('a' + (frame[i] & 0xFF) % 26);
		}
		return frame;
	}

	private class Collector implements FrameKind.Frames {

		@Override
		public void made(FrameKind.Sender sender) {
			TwistedFramesTests.this.connected.add(sender);
		}

		@Override
		public void received(byte[] frame, FrameKind.Sender sender) {
			TwistedFramesTests.this.received.add(frame);
		}

		@Override
		public void lost(Failure reason) {
			TwistedFramesTests.this.lost.add(nameOf(reason));
		}

	}

	private final class Echo extends Collector {

		@Override
		public void received(byte[] frame, FrameKind.Sender sender) {
			sender.send(frame);
		}

	}

}
