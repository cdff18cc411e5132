package dev.twisted.interop;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import dev.twisted.defer.Failure;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.netty.EveryTransport;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.internet.ssl.ClientAuth;
import dev.twisted.internet.ssl.ServerNames;
import dev.twisted.testing.Authority;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Our TLS against {@code openssl s_client} and {@code s_server}.
 */
@EveryTransport
class OpenSslTests {

	private static final InetSocketAddress ANY = new InetSocketAddress("127.0.0.1", 0);

	private static final long TIMEOUT_SECONDS = 20;

	@RegisterExtension
	private final RunningReactor reactor;

	private final CompletableFuture<Failure> lost = new CompletableFuture<>();

	@TempDir
	Path directory;

	private ListeningPort port;

	OpenSslTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeAll
	static void requireOpenSsl() throws InterruptedException {
		try {
			if (new ProcessBuilder("openssl", "version").start().waitFor() == 0) {
				return;
			}
		}
		catch (IOException ex) {
			// There is none.
		}
		String message = "There is no openssl: install the Debian package openssl";
		if (System.getenv("CI") != null) {
			fail(message);
		}
		Assumptions.abort(message);
	}

	@AfterEach
	void stopListening() {
		if (this.port != null) {
			this.reactor.result(this.reactor.call(this.port::stopListening));
		}
	}

	@ParameterizedTest
	@CsvSource({ "-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3" })
	void aClientTalksAndEndsTheConnection(String option, String version) throws Exception {
		listen(Shouting::new, Authority.server().build());
		Answer answer = client("hello\nbye\n", option, "-verify_ip", "127.0.0.1");
		assertThat(answer.status()).isZero();
		assertThat(answer.output()).contains("HELLO\nBYE\n");
		assertThat(answer.errors()).contains(version, "Verification: OK");
		assertThat(lost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void aClientThatEndsItsInputIsDone() throws Exception {
		listen(Shouting::new, Authority.server().build());
		Answer answer = run("hello\n", "s_client", "-connect", address(), "-CAfile", root(), "-brief");
		assertThat(answer.status()).isZero();
		assertThat(lost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void aServerHasTheCertificateOfTheNameThatIsAskedFor() throws Exception {
		ContextFactory other = Authority.TRUSTED.options(Authority.TRUSTED.certify("other.example.com")).build();
		listen(Shouting::new, new ServerNames(Authority.server().build(), Map.of("other.example.com", other)));
		Answer answer = client("bye\n", "-servername", "other.example.com", "-verify_hostname", "other.example.com");
		assertThat(answer.errors()).contains("Peer certificate: CN = other.example.com", "Verification: OK");
	}

	@Test
	void aRenewedCertificateIsShownToTheNextConnection() throws Exception {
		AtomicReference<ContextFactory> current = new AtomicReference<>(Authority.server().build());
		listen(Shouting::new, new ContextFactory() {
			@Override
			public SSLEngine serverEngine(String serverName) throws SSLException {
				return current.get().serverEngine(serverName);
			}

			@Override
			public SSLEngine clientEngine(String host, int port) throws SSLException {
				throw new SSLException("not a client");
			}
		});
		assertThat(client("bye\n").errors()).contains("Peer certificate: CN = server");
		current.set(Authority.TRUSTED.options(Authority.TRUSTED.certify("renewed.example.com")).build());
		assertThat(client("bye\n").errors()).contains("Peer certificate: CN = renewed.example.com");
	}

	@Test
	void aClientsCertificateIsKnown() throws Exception {
		listen(Shouting::new, Authority.server().clientAuth(ClientAuth.NEED).build());
		Answer answer = client("who\nbye\n", "-cert", chain(Authority.CLIENT), "-key", key(Authority.CLIENT));
		assertThat(answer.output()).contains("CN=client\n");
	}

	@Test
	void aClientOfAnotherAuthorityIsToldThatItsCertificateIsBad() throws Exception {
		listen(Shouting::new, Authority.server().clientAuth(ClientAuth.NEED).build());
		X509Bundle stranger = Authority.UNKNOWN.certify("stranger");
		Answer answer = client("who\nbye\n", "-cert", chain(stranger), "-key", key(stranger));
		assertThat(answer.status()).isNotZero();
		assertThat(answer.errors()).containsPattern("alert (certificate unknown|bad certificate)");
		assertThat(lost()).isInstanceOf(ConnectionLost.class).hasCauseInstanceOf(SSLException.class);
		assertThat(this.port.failedHandshakes()).isOne();
	}

	@Test
	void aClientWithoutCertificateIsToldThatItNeedsOne() throws Exception {
		listen(Shouting::new, Authority.server().clientAuth(ClientAuth.NEED).build());
		Answer answer = client("who\nbye\n");
		assertThat(answer.status()).isNotZero();
		assertThat(answer.errors()).containsPattern("alert (bad certificate|certificate required)");
		assertThat(lost()).isInstanceOf(ConnectionLost.class);
	}

	@Test
	void aClientOfAVersionThatIsTooOldIsToldSo() throws Exception {
		listen(Shouting::new, Authority.server().protocols("TLSv1.3").build());
		Answer answer = client("bye\n", "-tls1_2");
		assertThat(answer.status()).isNotZero();
		assertThat(answer.errors()).contains("protocol version");
	}

	@Test
	void bothAgreeOnAnApplicationProtocol() throws Exception {
		listen(Shouting::new, Authority.server().acceptableProtocols("two", "one").build());
		Answer answer = run("alpn\nbye\n", "s_client", "-connect", address(), "-CAfile", root(), "-ign_eof", "-alpn",
				"one,two");
		assertThat(answer.output()).contains("ALPN protocol: two", "two\n");
	}

	@Test
	void tlsStartsInTheMiddleOfAMailConversation() throws Exception {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenTCP(ANY, Factory.forProtocol(Mail::new), ListenOptions.DEFAULTS));
		Answer answer = client("hello\nbye\n", "-starttls", "smtp");
		assertThat(answer.status()).isZero();
		assertThat(answer.output()).contains("HELLO\nBYE\n");
		assertThat(lost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void aClientOfOursTalksToAServer() throws Exception {
		Process server = new ProcessBuilder("openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-rev",
				"-cert", chain(Authority.SERVER), "-key", key(Authority.SERVER))
			.redirectErrorStream(true)
			.start();
		try {
			int listening = listening(server.getInputStream());
			CompletableFuture<String> answer = new CompletableFuture<>();
			this.reactor.run(() -> this.reactor.get()
				.connectSSL("127.0.0.1", listening, ClientFactory.forProtocol(() -> new Lines() {
					@Override
					protected void connectionMade() {
						transport().write("stressed\n".getBytes(StandardCharsets.US_ASCII));
					}

					@Override
					void line(String line) {
						answer.complete(line);
						transport().loseConnection();
					}

					@Override
					protected void connectionLost(Failure reason) {
						OpenSslTests.this.lost.complete(reason);
					}
				}), Authority.client().build()));
			assertThat(answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo("desserts");
			assertThat(lost()).isInstanceOf(ConnectionDone.class);
			assertThat(server.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			server.destroyForcibly();
		}
	}

	private static int listening(InputStream output) throws IOException {
		Pattern accept = Pattern.compile("ACCEPT \\S*:(\\d+)\\n");
		StringBuilder read = new StringBuilder();
		for (int c = output.read(); c >= 0; c = output.read()) {
			Matcher matcher = accept.matcher(read.append((char) c));
			if (matcher.find()) {
				return Integer.parseInt(matcher.group(1));
			}
		}
		throw new AssertionError(read);
	}

	private void listen(Supplier<Protocol> protocol, ContextFactory contextFactory) {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenSSL(ANY, Factory.forProtocol(protocol), contextFactory, ListenOptions.DEFAULTS));
	}

	private Throwable lost() throws Exception {
		return this.lost.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).value();
	}

	private String address() {
		return this.port.getHost().toString();
	}

	private String root() throws IOException {
		return file(Authority.TRUSTED.root().getCertificatePEM());
	}

	private String chain(X509Bundle bundle) throws IOException {
		return file(bundle.getCertificatePathPEM());
	}

	private String key(X509Bundle bundle) throws IOException {
		return file(bundle.getPrivateKeyPEM());
	}

	private String file(String content) throws IOException {
		return Files.writeString(Files.createTempFile(this.directory, "x", ".pem"), content).toString();
	}

	/** A client that stays until the server closes. */
	private Answer client(String input, String... options) throws Exception {
		List<String> command = new ArrayList<>(
				List.of("s_client", "-connect", address(), "-CAfile", root(), "-brief", "-ign_eof"));
		command.addAll(List.of(options));
		return run(input, command.toArray(String[]::new));
	}

	private Answer run(String input, String... arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of("openssl"));
		command.addAll(List.of(arguments));
		Path output = Files.createTempFile(this.directory, "output", "");
		Path errors = Files.createTempFile(this.directory, "errors", "");
		Process process = new ProcessBuilder(command).redirectInput(Path.of(file(input)).toFile())
			.redirectOutput(output.toFile())
			.redirectError(errors.toFile())
			.start();
		boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
		process.destroyForcibly();
		Answer answer = new Answer(ended ? process.exitValue() : -1, Files.readString(output),
				Files.readString(errors));
		assertThat(ended).as(() -> "openssl ends: " + answer).isTrue();
		return answer;
	}

	private record Answer(int status, String output, String errors) {

	}

	/** Takes lines apart. */
	private abstract static class Lines extends Protocol {

		private String received = "";

		@Override
		protected void dataReceived(byte[] data) {
			this.received += new String(data, StandardCharsets.US_ASCII);
			for (int end = this.received.indexOf('\n'); end >= 0; end = this.received.indexOf('\n')) {
				String line = this.received.substring(0, end).strip();
				this.received = this.received.substring(end + 1);
				line(line);
			}
		}

		@Override
		protected void tlsStarting() {
			this.received = "";
		}

		abstract void line(String line);

		void say(String line) {
			transport().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
		}

	}

	/** Says each line again, louder; knows what TLS knows. */
	private class Shouting extends Lines implements HandshakeListener {

		private String negotiated;

		@Override
		public void handshakeCompleted() {
			this.negotiated = transport().negotiatedProtocol();
		}

		@Override
		void line(String line) {
			switch (line) {
				case "who" -> say(transport().getPeerCertificate().getSubjectX500Principal().getName());
				case "alpn" -> say(this.negotiated);
				default -> say(line.toUpperCase(java.util.Locale.ROOT));
			}
			if (line.equals("bye")) {
				transport().loseConnection();
			}
		}

		@Override
		protected void connectionLost(Failure reason) {
			OpenSslTests.this.lost.complete(reason);
		}

	}

	/** As much of SMTP as it takes to start TLS. */
	private final class Mail extends Shouting {

		@Override
		protected void connectionMade() {
			say("220 hello\r");
		}

		@Override
		void line(String line) {
			if (line.startsWith("EHLO")) {
				say("250-hello\r");
				say("250 STARTTLS\r");
			}
			else if (line.equals("STARTTLS")) {
				say("220 ready\r");
				transport().startTLS(Authority.server().build());
			}
			else {
				super.line(line);
			}
		}

	}

}
