package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.protocols.LineReceiver;
import dev.twisted.testing.Authority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
class StartTlsTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private final BlockingQueue<TlsRecorder> served = new LinkedBlockingQueue<>();

	private final Factory factory = TlsRecorder.factory(Secretive::new, this.served);

	private ListeningPort port;

	StartTlsTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void listen() {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this.factory, 5));
	}

	@AfterEach
	void stopListening() {
		this.reactor.result(this.reactor.call(this.port::stopListening));
	}

	@Test
	void aServerStartsTlsInTheMiddleOfTheConversation() throws Exception {
		talk();
	}

	@Test
	void aServerOnAnAdoptedPortStartsTlsInTheMiddleOfTheConversation() throws Exception {
		stopListening();
		ServerSocketChannel channel = ServerSocketChannel.open()
			.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		this.port = this.reactor.call(() -> this.reactor.get().adoptStreamPort(channel, this.factory));
		talk();
	}

	private void talk() throws Exception {
		try (Socket plain = connect()) {
			assertThat(ask(plain, "hello", 6)).isEqualTo("HELLO\n");
			assertThat(ask(plain, "starttls", 9)).isEqualTo("go ahead\n");
			try (SSLSocket secret = secret(plain)) {
				assertThat(secret.getInputStream().readNBytes(8)).asString().isEqualTo("at last\n");
				assertThat(ask(secret, "secret", 7)).isEqualTo("SECRET\n");
			}
		}
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(server.events).startsWith("made", "data", "data", "starting", "handshake", "data");
	}

	@Test
	void aClientStartsTlsInTheMiddleOfTheConversation() throws Exception {
		TlsRecorder client = new TlsRecorder() {
			@Override
			protected void connectionMade() throws Exception {
				super.connectionMade();
				write("starttls");
			}

			@Override
			void received(String text) {
				if (text.equals("go ahead\n")) {
					transport().startTLS(Authority.client().build());
					write("first");
				}
			}
		};
		this.reactor
			.run(() -> this.reactor.get().connectTCP("127.0.0.1", this.port.getHost().port(), client.asClient()));
		client.awaitReceived("go ahead\nat last\nFIRST\n");
		client.transport().loseConnection();
		assertThat(client.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(client.events).startsWith("made", "data", "starting", "handshake");
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatCameInBeforeTlsIsNeverTakenForWhatComesUnderIt(boolean paused) throws Exception {
		try (Socket plain = connect()) {
			TlsRecorder server = TlsRecorder.next(this.served);
			if (paused) {
				server.awaitEvent("made");
				this.reactor.run(() -> server.transport().pauseProducing());
			}
			plain.getOutputStream().write("starttls".getBytes(StandardCharsets.US_ASCII));
			if (!paused) {
				assertThat(plain.getInputStream().readNBytes(9)).asString().isEqualTo("go ahead\n");
			}
			else {
				this.reactor.run(() -> {
					server.transport().startTLS(Authority.server().build());
					server.transport().resumeProducing();
				});
			}
			plain.getOutputStream().write("injected".getBytes(StandardCharsets.US_ASCII));
			assertThat(server.awaitLost()).isInstanceOf(ConnectionLost.class).hasCauseInstanceOf(SSLException.class);
			assertThat(server.received()).doesNotContain("injected");
		}
	}

	@Test
	void theProtocolIsToldToForgetWhatItHasKept() throws Exception {
		try (Socket plain = connect()) {
			plain.getOutputStream().write("starttls+injected".getBytes(StandardCharsets.US_ASCII));
			assertThat(plain.getInputStream().readNBytes(9)).asString().isEqualTo("go ahead\n");
			try (SSLSocket secret = secret(plain)) {
				assertThat(secret.getInputStream().readNBytes(8)).asString().isEqualTo("at last\n");
				assertThat(ask(secret, "secret", 7)).isEqualTo("SECRET\n");
			}
		}
		assertThat(TlsRecorder.next(this.served).events).contains("starting");
	}

	@Test
	void aLineThatWasSlippedInBehindTheOneThatStartsTlsIsForgotten() throws Exception {
		List<String> lines = new CopyOnWriteArrayList<>();
		stopListening();
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(() -> new LineReceiver() {
						@Override
						protected void lineReceived(String line) {
							lines.add(line);
							sendLine("ok");
							if (line.equals("STARTTLS")) {
								transport().startTLS(Authority.server().build());
							}
						}
					}), 5));
		try (Socket plain = connect()) {
			assertThat(ask(plain, "STARTTLS\r\nINJECTED\r\nBEGUN", 4)).isEqualTo("ok\r\n");
			try (SSLSocket secret = secret(plain)) {
				assertThat(ask(secret, "SECRET\r\n", 4)).isEqualTo("ok\r\n");
			}
		}
		assertThat(lines).containsExactly("STARTTLS", "SECRET");
	}

	@Test
	void tlsCanBeStartedFromAnotherThread() throws Exception {
		try (Socket plain = connect()) {
			TlsRecorder server = TlsRecorder.next(this.served);
			server.awaitEvent("made");
			server.write("plain");
			server.transport().startTLS(Authority.server().build());
			server.write("secret");
			// Nothing said to the peer before may be its cue: it could be there first.
			server.awaitEvent("starting");
			assertThat(plain.getInputStream().readNBytes(5)).asString().isEqualTo("plain");
			try (SSLSocket secret = secret(plain)) {
				assertThat(secret.getInputStream().readNBytes(6)).asString().isEqualTo("secret");
			}
		}
	}

	@Test
	void aLongPlainAnswerIsSentWholeBeforeTlsBegins() throws Exception {
		byte[] answer = new byte[4 * 1024 * 1024];
		try (Socket plain = connect()) {
			TlsRecorder server = TlsRecorder.next(this.served);
			server.awaitEvent("made");
			this.reactor.run(() -> {
				server.transport().write(answer);
				server.transport().write("x".getBytes(StandardCharsets.US_ASCII));
				server.transport().startTLS(Authority.server().build());
				server.write("secret");
			});
			assertThat(plain.getInputStream().readNBytes(answer.length)).isEqualTo(answer);
			assertThat(plain.getInputStream().read()).isEqualTo('x');
			try (SSLSocket secret = secret(plain)) {
				assertThat(secret.getInputStream().readNBytes(6)).asString().isEqualTo("secret");
			}
		}
	}

	@Test
	void tlsIsStartedOnlyOnce() throws Exception {
		try (Socket plain = connect()) {
			TlsRecorder server = TlsRecorder.next(this.served);
			server.awaitEvent("made");
			this.reactor.run(() -> {
				server.transport().startTLS(Authority.server().build());
				assertThatIllegalStateException()
					.isThrownBy(() -> server.transport().startTLS(Authority.server().build()))
					.withMessageContaining("speaks TLS already");
			});
		}
	}

	@Test
	void aConnectionOnWhichTlsCannotBeStartedIsLostAndNothingFollowsInPlainText() throws Exception {
		TlsRecorder client = new TlsRecorder() {
			@Override
			protected void connectionMade() {
				transport().startTLS(new ContextFactory() {
					@Override
					public SSLEngine serverEngine(String serverName) throws SSLException {
						throw new SSLException("not a server");
					}

					@Override
					public SSLEngine clientEngine(String host, int port) throws SSLException {
						throw new SSLException("not today");
					}
				});
				write("secret");
			}
		};
		this.reactor
			.run(() -> this.reactor.get().connectTCP("127.0.0.1", this.port.getHost().port(), client.asClient()));
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class).hasMessageContaining("not today");
		TlsRecorder server = TlsRecorder.next(this.served);
		server.awaitLost();
		assertThat(server.received()).isEmpty();
	}

	@Test
	void startingTlsOnAConnectionThatIsGoneDoesNothing() throws Exception {
		connect().close();
		TlsRecorder server = TlsRecorder.next(this.served);
		server.awaitLost();
		this.reactor.run(() -> server.transport().startTLS(Authority.server().build()));
		assertThat(server.events).containsExactly("made", "lost");
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port());
		socket.setSoTimeout(20_000);
		return socket;
	}

	private static String ask(Socket socket, String question, int length) throws IOException {
		socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
		return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
	}

	private static SSLSocket secret(Socket plain) throws Exception {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, Authority.TRUSTED.root().toTrustManagerFactory().getTrustManagers(), null);
		SSLSocket secret = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 0, true);
		secret.startHandshake();
		return secret;
	}

	/** Shouts back, and starts TLS when asked to; keeps what comes after a plus. */
	private static final class Secretive extends TlsRecorder {

		private String kept = "";

		@Override
		void received(String text) {
			String command = text.contains("+") ? text.substring(0, text.indexOf('+')) : text;
			this.kept = text.substring(command.length());
			if (command.equals("starttls")) {
				write("go ahead\n");
				transport().startTLS(Authority.server().build());
				write("at last\n");
				assertThat(this.kept).isEmpty();
			}
			else {
				write(command.toUpperCase(java.util.Locale.ROOT) + "\n");
			}
		}

		@Override
		protected void tlsStarting() {
			super.tlsStarting();
			this.kept = "";
		}

	}

}
