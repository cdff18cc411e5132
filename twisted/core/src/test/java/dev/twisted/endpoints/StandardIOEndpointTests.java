package dev.twisted.endpoints;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.netty.RunningReactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class StandardIOEndpointTests {

	@RegisterExtension
	private final RunningReactor reactor = new RunningReactor(EventLoopModel.NIO);

	private final CompletableFuture<Failure> lost = new CompletableFuture<>();

	private ListeningPort listen(InputStream input, OutputStream output) {
		StandardIOEndpoint endpoint = new StandardIOEndpoint(this.reactor.get(), input, output);
		return this.reactor.result(this.reactor.call(() -> endpoint.listen(Factory.forProtocol(Echo::new))));
	}

	@Test
	void whatComesInGoesOutAndTheEndOfInputIsTheEnd() throws Exception {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		byte[] much = new byte[1_000_000];
		for (int i = 0; i < much.length; i++) {
			much[i] = (byte) i;
		}
		ListeningPort port = listen(new ByteArrayInputStream(much), output);
		assertThat(this.lost.get(10, TimeUnit.SECONDS).value()).isInstanceOf(ConnectionDone.class);
		assertThat(output.toByteArray()).isEqualTo(much);
		Awaitility.await().until(() -> !port.listening());
	}

	@Test
	void theProtocolIsConnectedAtOnceAndOnTheReactorsThread() throws Exception {
		PipedOutputStream keyboard = new PipedOutputStream();
		PipedInputStream screen = new PipedInputStream();
		ListeningPort port = listen(new PipedInputStream(keyboard), new PipedOutputStream(screen));
		assertThat(port.connections()).isEqualTo(1);
		keyboard.write("thread?".getBytes(StandardCharsets.UTF_8));
		keyboard.flush();
		assertThat(new String(screen.readNBytes(4), StandardCharsets.UTF_8)).isEqualTo("true");
		this.reactor.result(this.reactor.call(port::stopListening));
		assertThat(this.lost.get(10, TimeUnit.SECONDS).value()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void outputThatCannotBeWrittenEndsTheConversation() throws Exception {
		listen(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)), new OutputStream() {

			@Override
			public void write(int b) throws IOException {
				throw new IOException("Broken pipe");
			}

		});
		assertThat(this.lost.get(10, TimeUnit.SECONDS).value()).isInstanceOf(ConnectionLost.class)
			.hasMessageContaining("Broken pipe");
	}

	@Test
	void aProtocolThatThrowsEndsTheConversationWithThat() throws Exception {
		listen(new ByteArrayInputStream("throw".getBytes(StandardCharsets.UTF_8)), new ByteArrayOutputStream());
		assertThat(this.lost.get(10, TimeUnit.SECONDS).value()).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void theEndOfTheReactorIsTheEnd() throws Exception {
		listen(new PipedInputStream(new PipedOutputStream()), new ByteArrayOutputStream());
		this.reactor.stop();
		assertThat(this.lost.get(10, TimeUnit.SECONDS).value()).isInstanceOf(ConnectionDone.class);
	}

	private final class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			String text = new String(data, StandardCharsets.UTF_8);
			if (text.equals("throw")) {
				throw new IllegalStateException("as asked");
			}
			boolean here = StandardIOEndpointTests.this.reactor.get().inReactorThread();
			transport().write(text.equals("thread?") ? String.valueOf(here).getBytes(StandardCharsets.UTF_8) : data);
		}

		@Override
		protected void connectionLost(Failure reason) {
			StandardIOEndpointTests.this.lost.complete(reason);
		}

	}

}
