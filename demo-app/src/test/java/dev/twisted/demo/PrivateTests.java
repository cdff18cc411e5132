package dev.twisted.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import dev.twisted.boot.test.LocalTwistedPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@DemoTest
@ExtendWith(OutputCaptureExtension.class)
class PrivateTests {

	/** What {@code json.dumps} makes of it. */
	private static final String JSON = "\"\\u6211\\u6536\\u5230\\u4f60\\u7684\\u4fe1\\u606f\\u4e86!\"";

	private static final byte[] ANSWER = frame(1, 1001, JSON.getBytes(StandardCharsets.US_ASCII));

	@LocalTwistedPort("private")
	private int port;

	@ParameterizedTest
	@ValueSource(strings = { "{\"company\": \"oldboyedu\"}", "\"你好\"", "", "no JSON" })
	void everyBodyIsAnswered(String body) throws Exception {
		try (Peer peer = new Peer(this.port)) {
			peer.send(frame(1, 1100, body.getBytes(StandardCharsets.UTF_8))).finish();
			assertThat(peer.receiveAll()).isEqualTo(ANSWER);
		}
	}

	@Test
	void aBodyThatIsNoTextIsAnswered() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.send(frame(1, 1100, (byte) 0xff, (byte) 0)).finish().receiveAll()).isEqualTo(ANSWER);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 2, -1, Integer.MAX_VALUE })
	void anotherVersionOrCommandIsAnswered(int number) throws Exception {
		try (Peer peer = new Peer(this.port)) {
			peer.send(frame(number, number, (byte) '1')).finish();
			assertThat(peer.receiveAll()).isEqualTo(ANSWER);
		}
	}

	@Test
	void aFrameThatComesByteByByteIsAnsweredOnce() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			for (byte next : frame(1, 1100, (byte) '1', (byte) '2')) {
				peer.send(new byte[] { next });
			}
			assertThat(peer.finish().receiveAll()).isEqualTo(ANSWER);
		}
	}

	@Test
	void framesThatComeTogetherAreAnsweredOneByOne() throws Exception {
		byte[] frame = frame(1, 1100, (byte) '1');
		try (Peer peer = new Peer(this.port)) {
			peer.send(ByteBuffer.allocate(2 * frame.length).put(frame).put(frame).array()).finish();
			assertThat(peer.receiveAll())
				.isEqualTo(ByteBuffer.allocate(2 * ANSWER.length).put(ANSWER).put(ANSWER).array());
		}
	}

	@Test
	void theLargestBodyIsAnswered() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.send(frame(1, 1100, new byte[99999])).finish().receiveAll()).isEqualTo(ANSWER);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 100_000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE })
	void aSizeThatCannotBeClosesThatConnectionAfterTheAnswersBeforeItAndNoOtherAndTheLogSaysWhy(int size,
			CapturedOutput log) throws Exception {
		try (Peer other = new Peer(this.port); Peer peer = new Peer(this.port)) {
			peer.send(frame(1, 1100, (byte) '1')).send(header(1, size, 1100));
			assertThat(peer.receiveAll()).isEqualTo(ANSWER);
			assertThat(other.send(frame(1, 1100)).finish().receiveAll()).isEqualTo(ANSWER);
		}
		assertThat(log).contains("'private'").containsPattern("is closed: .* body .*%d bytes".formatted(size));
	}

	@Test
	void aClientOnTwistedIsAnswered() throws Exception {
		assertThat(PythonClient.ask("private", this.port, "hello", "\\u4e16\\u754c"))
			.containsExactly("1 51 1001 我收到你的信息了!", "1 51 1001 我收到你的信息了!", "LOST ConnectionDone");
	}

	private static byte[] frame(int version, int command, byte... body) {
		byte[] header = header(version, body.length, command);
		return ByteBuffer.allocate(header.length + body.length).put(header).put(body).array();
	}

	private static byte[] header(int version, int size, int command) {
		return ByteBuffer.allocate(12)
			.order(ByteOrder.LITTLE_ENDIAN)
			.putInt(version)
			.putInt(size)
			.putInt(command)
			.array();
	}

}
