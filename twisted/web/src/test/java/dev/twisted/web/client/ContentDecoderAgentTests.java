package dev.twisted.web.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.protocols.LengthLimitExceededException;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ContentDecoderAgentTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void aBodyIsAskedForInGzipAndDecoded() throws Exception {
		byte[] text = "some text ".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
		try (ScriptedServer server = sending("gzip", gzip(text))) {
			assertThat(read(server)).isEqualTo(text);
			assertThat(server.request()).contains("Accept-Encoding: gzip\r\n");
		}
	}

	@Test
	void twoLayersAreBothTakenOff() throws Exception {
		try (ScriptedServer server = sending("gzip, gzip", gzip(gzip("twice".getBytes())))) {
			assertThat(read(server)).asString().isEqualTo("twice");
		}
	}

	@Test
	void ofLayersThatNobodyHasAReasonForTheInnerOnesAreLeft() throws Exception {
		byte[] inner = gzip("thrice".getBytes());
		try (ScriptedServer server = sending("gzip, gzip, gzip", gzip(gzip(inner)))) {
			ContentDecoderAgent agent = new ContentDecoderAgent(new Agent(this.reactor.get()));
			Response response = this.reactor.result(agent.request("GET", server.uri("/")));
			assertThat(response.headers().getRawHeaders("Content-Encoding")).containsExactly("gzip");
			assertThat(this.reactor.result(Responses.readBody(response))).isEqualTo(inner);
		}
	}

	@Test
	void anExceptionOfTheProtocolIsItsReasonThroughADecoderAsWell() throws Exception {
		this.reactor.expectErrors(1);
		try (ScriptedServer server = sending("gzip", gzip("text".getBytes()))) {
			ContentDecoderAgent agent = new ContentDecoderAgent(new Agent(this.reactor.get()));
			Deferred<byte[]> lost = new Deferred<>();
			assertThatIllegalStateException()
				.isThrownBy(() -> this.reactor.result(agent.request("GET", server.uri("/")).compose((response) -> {
					response.deliverBody(new Protocol() {

						@Override
						protected void dataReceived(byte[] data) {
							throw new IllegalStateException("thrown");
						}

						@Override
						protected void connectionLost(Failure reason) {
							lost.errback(reason);
						}

					});
					return lost;
				})))
				.withMessage("thrown");
		}
	}

	@Test
	void anEncodingThatIsNotKnownIsLeftAlone() throws Exception {
		try (ScriptedServer server = sending("br", "as it is".getBytes())) {
			assertThat(read(server)).asString().isEqualTo("as it is");
		}
	}

	@Test
	void aBodyThatIsCutShortOrNoGzipHasFailed() throws Exception {
		byte[] whole = gzip("some text".getBytes());
		byte[] wrong = whole.clone();
		wrong[wrong.length - 6] ^= 1;
		for (byte[] bad : new byte[][] { Arrays.copyOf(whole, whole.length - 3), "no gzip at all".getBytes(), wrong }) {
			try (ScriptedServer server = sending("gzip", bad)) {
				assertThatExceptionOfType(ResponseFailed.class).isThrownBy(() -> read(server))
					.satisfies((ex) -> assertThat(ex.reasons().get(0).value()).isInstanceOf(DataFormatException.class));
			}
		}
	}

	@Test
	void aFewBytesThatStandForVeryManyAreDecodedNoFurtherThanAllowed() throws Exception {
		try (ScriptedServer server = sending("gzip", gzip(new byte[50_000_000]))) {
			assertThatExceptionOfType(LengthLimitExceededException.class).isThrownBy(() -> read(server));
		}
	}

	private byte[] read(ScriptedServer server) {
		ContentDecoderAgent agent = new ContentDecoderAgent(new Agent(this.reactor.get()));
		return this.reactor.result(agent.request("GET", server.uri("/")).compose(Responses::readBody));
	}

	private static ScriptedServer sending(String encoding, byte[] body) throws IOException {
		return new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n".formatted(encoding,
					body.length));
			peer.send(body);
		});
	}

	private static byte[] gzip(byte[] data) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(data);
		}
		return bytes.toByteArray();
	}

}
