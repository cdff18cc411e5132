package dev.twisted.boot.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import dev.twisted.boot.ProtocolClient;
import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedClients;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.IPv6Address;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class ServerTransportsTests {

	private static final int TIMEOUT = 10_000;

	private static X509Bundle root;

	private static X509Bundle server;

	private static X509Bundle client;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class, SslAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class))
		.withUserConfiguration(Who.class)
		.withPropertyValues("twisted.servers.who.address=127.0.0.1");

	@BeforeAll
	static void certify() throws Exception {
		root = new CertificateBuilder().subject("CN=Root").setIsCertificateAuthority(true).ecp256().buildSelfSigned();
		server = certify("CN=server", (builder) -> builder.addSanDnsName("localhost").addSanIpAddress("127.0.0.1"));
		client = certify("CN=client", UnaryOperator.identity());
	}

	private static X509Bundle certify(String subject, UnaryOperator<CertificateBuilder> options) throws Exception {
		return options.apply(new CertificateBuilder().subject(subject).ecp256()).buildIssuedBy(root);
	}

	@Test
	void aServerHasTheCertificateOfItsBundle() {
		secret("server", server).run((context) -> {
			try (SSLSocket socket = connect(context, "localhost")) {
				assertThat(ask(socket)).isEqualTo("nobody");
				assertThat(subject(socket)).isEqualTo("CN=server");
				assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
			}
		});
	}

	@Test
	void aClientThatNeedsACertificateIsKnownByIt() {
		secret("server", server).withPropertyValues("twisted.servers.who.ssl.client-auth=need").run((context) -> {
			try (SSLSocket socket = connect(context, "localhost", client)) {
				assertThat(ask(socket)).isEqualTo("CN=client");
			}
			try (SSLSocket socket = connect(context, "localhost")) {
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(socket));
			}
			Awaitility.await()
				.until(() -> context.getBean(TwistedRuntime.class).servers().get(0).port().failedHandshakes() == 1);
		});
	}

	@Test
	void furtherNamesHaveBundlesOfTheirOwn() throws Exception {
		X509Bundle other = certify("CN=other", (builder) -> builder.addSanDnsName("a.example.com"));
		bundle(secret("server", server), "other", other)
			.withPropertyValues("twisted.servers.who.ssl.sni[*.example.com]=other")
			.run((context) -> {
				try (SSLSocket socket = connect(context, "a.example.com")) {
					ask(socket);
					assertThat(subject(socket)).isEqualTo("CN=other");
				}
				try (SSLSocket socket = connect(context, "localhost")) {
					ask(socket);
					assertThat(subject(socket)).isEqualTo("CN=server");
				}
			});
	}

	@Test
	void theProtocolsOfTheBundleAndThoseInsideTlsAreHeeded() {
		secret("server", server)
			.withPropertyValues("spring.ssl.bundle.pem.server.options.enabled-protocols=TLSv1.2",
					"twisted.servers.who.ssl.application-protocols=two,one")
			.run((context) -> {
				try (SSLSocket socket = connect(context, "localhost")) {
					SSLParameters parameters = socket.getSSLParameters();
					parameters.setApplicationProtocols(new String[] { "one", "two" });
					socket.setSSLParameters(parameters);
					ask(socket);
					assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
					assertThat(socket.getApplicationProtocol()).isEqualTo("two");
				}
			});
	}

	@Test
	void aReloadedBundleServesTheNextConnectionAndThoseThereAreStay(CapturedOutput output) throws Exception {
		X509Bundle renewed = certify("CN=renewed", (builder) -> builder.addSanDnsName("localhost"));
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry("server", bundle(server));
		this.runner.withBean(SslBundles.class, () -> registry)
			.withPropertyValues("twisted.servers.who.port=0", "twisted.servers.who.ssl.bundle=server")
			.run((context) -> {
				try (SSLSocket first = connect(context, "localhost")) {
					ask(first);
					registry.updateBundle("server", bundle(renewed));
					try (SSLSocket second = connect(context, "localhost")) {
						ask(second);
						assertThat(subject(second)).isEqualTo("CN=renewed");
					}
					assertThat(output).contains("The SSL bundle 'server' was reloaded");
					registry.updateBundle("server", SslBundle.of(null, null, SslOptions.NONE, "TLS",
							SslManagerBundle.from(root.toTrustManager())));
					try (SSLSocket third = connect(context, "localhost")) {
						ask(third);
						assertThat(subject(third)).isEqualTo("CN=renewed");
					}
					assertThat(output).contains("the one before it stays");
					assertThat(ask(first)).isEqualTo("nobody");
				}
			});
	}

	@Test
	void aFileOfABundleThatChangesIsReloaded(@TempDir Path directory) throws Exception {
		Path chain = Files.writeString(directory.resolve("chain.pem"), server.getCertificatePathPEM());
		Path key = Files.writeString(directory.resolve("key.pem"), server.getPrivateKeyPEM());
		X509Bundle renewed = new CertificateBuilder().subject("CN=renewed")
			.addSanDnsName("localhost")
			.keyPair(server.getKeyPair())
			.buildIssuedBy(root);
		this.runner.withPropertyValues("spring.ssl.bundle.pem.server.keystore.certificate=" + chain.toUri(),
				"spring.ssl.bundle.pem.server.keystore.private-key=" + key.toUri(),
				"spring.ssl.bundle.pem.server.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=50ms",
				"twisted.servers.who.port=0", "twisted.servers.who.ssl.bundle=server")
			.run((context) -> {
				Files.writeString(chain, renewed.getCertificatePathPEM());
				Awaitility.await().untilAsserted(() -> {
					try (SSLSocket socket = connect(context, "localhost")) {
						ask(socket);
						assertThat(subject(socket)).isEqualTo("CN=renewed");
					}
				});
			});
	}

	@Test
	void aBundleThatIsNotThereKeepsTheApplicationFromStarting() {
		this.runner.withPropertyValues("twisted.servers.who.port=0", "twisted.servers.who.ssl.bundle=nothing")
			.run((context) -> assertFailure(context.getStartupFailure(), "'nothing'",
					"twisted.servers.who.ssl.bundle"));
	}

	@Test
	void aBundleWithoutAKeyKeepsTheApplicationFromStarting() {
		this.runner
			.withPropertyValues("spring.ssl.bundle.pem.server.truststore.certificate=" + root.getCertificatePEM(),
					"twisted.servers.who.port=0", "twisted.servers.who.ssl.bundle=server")
			.run((context) -> assertFailure(context.getStartupFailure(), "no private key",
					"twisted.servers.who.ssl.bundle"));
	}

	@Test
	void clientsAreNotTrustedForWhatAPublicAuthoritySays() {
		for (String clientAuth : List.of("need", "want")) {
			withoutAuthorities(this.runner, "alone", server)
				.withPropertyValues("twisted.servers.who.port=0", "twisted.servers.who.ssl.bundle=alone",
						"twisted.servers.who.ssl.client-auth=" + clientAuth)
				.run((context) -> {
					assertFailure(context.getStartupFailure(), "'alone'", "twisted.servers.who.ssl.client-auth");
					assertFailure(context.getStartupFailure(), "no truststore", "twisted.servers.who.ssl.bundle");
				});
		}
	}

	@Test
	void clientsThatAskForAFurtherNameAreNotTrustedForThatEither() {
		withoutAuthorities(secret("server", server), "alone", server)
			.withPropertyValues("twisted.servers.who.ssl.sni.a.example.com=alone",
					"twisted.servers.who.ssl.client-auth=need")
			.run((context) -> assertFailure(context.getStartupFailure(), "'alone'",
					"twisted.servers.who.ssl.sni.a.example.com"));
	}

	@Test
	void aServerThatAsksForNoCertificatesNeedsNoAuthorities() {
		withoutAuthorities(this.runner, "alone", server)
			.withPropertyValues("twisted.servers.who.port=0", "twisted.servers.who.ssl.bundle=alone")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anUnknownBundleOfAFurtherNameIsNamedByItsKey() {
		secret("server", server).withPropertyValues("twisted.servers.who.ssl.sni.a.example.com=nothing")
			.run((context) -> assertFailure(context.getStartupFailure(), "'nothing'",
					"twisted.servers.who.ssl.sni.a.example.com"));
	}

	@Test
	void theHeaderOfTheProxyProtocolComesBeforeTls() {
		secret("server", server).withPropertyValues("twisted.servers.who.proxy-protocol=true").run((context) -> {
			Socket plain = plain(context);
			plain.getOutputStream()
				.write("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n".getBytes(StandardCharsets.US_ASCII));
			try (SSLSocket socket = secret(plain, "localhost")) {
				socket.getOutputStream().write("where\n".getBytes(StandardCharsets.US_ASCII));
				assertThat(new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
					.isEqualTo("192.0.2.1:56324");
			}
		});
	}

	@Test
	void aServerWithAPathListensOnAUnixSocket(@TempDir Path directory, CapturedOutput output) {
		Path path = directory.resolve("who.sock");
		this.runner.withPropertyValues("twisted.servers.who.path=" + path, "twisted.servers.who.path-mode=600")
			.run((context) -> {
				try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
					channel.write(ByteBuffer.wrap("who\n".getBytes(StandardCharsets.US_ASCII)));
					ByteBuffer answer = ByteBuffer.allocate(6);
					while (answer.hasRemaining()) {
						assertThat(channel.read(answer)).isPositive();
					}
					assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("nobody");
				}
				assertThat(output).contains("listening on unix:" + path + " (UNIX)");
				assertThat(context.getEnvironment().containsProperty("local.twisted.who.port")).isFalse();
			});
		assertThat(path).doesNotExist();
	}

	@Test
	void aServerSpeaksTlsOnAUnixSocketAndAClientChecksItsName(@TempDir Path directory) {
		Path path = directory.resolve("who.sock");
		bundle(this.runner, "server", server)
			.withConfiguration(AutoConfigurations.of(TwistedClientsAutoConfiguration.class))
			.withUserConfiguration(Asker.class)
			.withPropertyValues("twisted.servers.who.path=" + path, "twisted.servers.who.ssl.bundle=server",
					"twisted.clients.who.endpoint=unix:" + path, "twisted.clients.who.ssl.bundle=server",
					"twisted.clients.who.ssl.hostname=localhost")
			.run((context) -> {
				Asker asker = (Asker) context.getBean(Reactor.class)
					.<Protocol>blockingCallFromThread(
							() -> context.getBean(TwistedClients.class).get("who").whenConnected());
				assertThat(asker.answer.get(TIMEOUT, TimeUnit.MILLISECONDS)).isEqualTo("CN=server: nobody");
			});
	}

	@Test
	void aServerListensOnAnAddressOfIPv6() throws Exception {
		InetAddress loopback = InetAddress.getByName("::1");
		Assumptions.assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "There is no IPv6 here");
		this.runner.withPropertyValues("twisted.servers.who.port=0", "twisted.servers.who.address=::1")
			.run((context) -> {
				try (Socket socket = new Socket(loopback, port(context))) {
					socket.setSoTimeout(TIMEOUT);
					socket.getOutputStream().write("where\n".getBytes(StandardCharsets.US_ASCII));
					assertThat(socket.getInputStream().read()).isPositive();
				}
				assertThat(context.getBean(TwistedRuntime.class).servers().get(0).address())
					.isInstanceOf(IPv6Address.class);
			});
	}

	@Test
	void aPathThatCannotBeHadIsNamedByItsKey(@TempDir Path directory) {
		this.runner.withPropertyValues("twisted.servers.who.path=" + directory.resolve("missing").resolve("who.sock"))
			.run((context) -> assertFailure(context.getStartupFailure(), "who.sock", "twisted.servers.who.path"));
	}

	@Test
	void aMissingFolderOfAPathIsNamed(@TempDir Path directory) {
		Path folder = directory.resolve("missing");
		this.runner.withPropertyValues("twisted.servers.who.path=" + folder.resolve("who.sock"))
			.run((context) -> assertFailure(context.getStartupFailure(), "there is no folder " + folder,
					"Create the folder"));
	}

	@Test
	void aPathThatIsTooLongForASocketIsSaidToBe(@TempDir Path directory) {
		this.runner.withPropertyValues("twisted.servers.who.path=" + directory.resolve("x".repeat(110)))
			.run((context) -> assertFailure(context.getStartupFailure(), "and that of a socket may have",
					"twisted.servers.who.path to a shorter path"));
	}

	@Test
	void twoApplicationsShareAPortIfBothAllowIt() {
		this.runner.withPropertyValues("twisted.servers.who.port=0", "twisted.servers.who.reuse-port=true")
			.run((context) -> this.runner
				.withPropertyValues("twisted.servers.who.port=" + port(context), "twisted.servers.who.reuse-port=true")
				.run((other) -> assertThat(other).hasNotFailed()));
	}

	private ApplicationContextRunner secret(String name, X509Bundle certificate) {
		return bundle(this.runner, name, certificate).withPropertyValues("twisted.servers.who.port=0",
				"twisted.servers.who.ssl.bundle=" + name);
	}

	private static ApplicationContextRunner bundle(ApplicationContextRunner runner, String name,
			X509Bundle certificate) {
		String prefix = "spring.ssl.bundle.pem.%s.".formatted(name);
		return runner.withPropertyValues(prefix + "keystore.certificate=" + certificate.getCertificatePathPEM(),
				prefix + "keystore.private-key=" + certificate.getPrivateKeyPEM(),
				prefix + "truststore.certificate=" + root.getCertificatePEM());
	}

	private static ApplicationContextRunner withoutAuthorities(ApplicationContextRunner runner, String name,
			X509Bundle certificate) {
		String prefix = "spring.ssl.bundle.pem.%s.".formatted(name);
		return runner.withPropertyValues(prefix + "keystore.certificate=" + certificate.getCertificatePathPEM(),
				prefix + "keystore.private-key=" + certificate.getPrivateKeyPEM());
	}

	private static SslBundle bundle(X509Bundle certificate) throws Exception {
		return SslBundle.of(null, null, SslOptions.NONE, "TLS",
				SslManagerBundle.of(certificate.toKeyManagerFactory(), root.toTrustManagerFactory()));
	}

	private static void assertFailure(@Nullable Throwable failure, String message, String action) {
		assertThat(find(failure)).satisfies((ex) -> {
			assertThat(ex.analysis().getDescription()).contains("'who'", message);
			assertThat(ex.analysis().getAction()).contains(action);
		});
	}

	private static FailureAnalyzedException find(@Nullable Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof FailureAnalyzedException analyzed) {
				return analyzed;
			}
		}
		throw new AssertionError("Not analyzed", failure);
	}

	private static int port(ApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.twisted.who.port", Integer.class);
	}

	private static Socket plain(ApplicationContext context) throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(TIMEOUT);
		socket.connect(new InetSocketAddress("127.0.0.1", port(context)), TIMEOUT);
		return socket;
	}

	private static SSLSocket connect(ApplicationContext context, String name, X509Bundle... certificate)
			throws Exception {
		return secret(plain(context), name, certificate);
	}

	private static SSLSocket secret(Socket plain, String name, X509Bundle... certificate) throws Exception {
		KeyManager[] keys = (certificate.length > 0) ? certificate[0].toKeyManagerFactory().getKeyManagers() : null;
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys, root.toTrustManagerFactory().getTrustManagers(), null);
		SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, 0, true);
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setServerNames(List.of(new SNIHostName(name)));
		parameters.setEndpointIdentificationAlgorithm("HTTPS");
		socket.setSSLParameters(parameters);
		return socket;
	}

	private static String ask(SSLSocket socket) throws IOException {
		socket.getOutputStream().write("who\n".getBytes(StandardCharsets.US_ASCII));
		byte[] answer = new byte[100];
		int length = socket.getInputStream().read(answer);
		if (length < 0) {
			throw new SSLException("closed");
		}
		return new String(answer, 0, length, StandardCharsets.US_ASCII);
	}

	private static String subject(SSLSocket socket) throws SSLException {
		return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
	}

	@ProtocolClient("who")
	static class Asker extends Protocol implements HandshakeListener {

		private final CompletableFuture<String> answer = new CompletableFuture<>();

		@Override
		public void handshakeCompleted() {
			transport().write("who".getBytes(StandardCharsets.US_ASCII));
		}

		@Override
		protected void dataReceived(byte[] data) {
			this.answer.complete(transport().getPeerCertificate().getSubjectX500Principal().getName() + ": "
					+ new String(data, StandardCharsets.US_ASCII));
		}

	}

	@ProtocolHandler("who")
	static class Who extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			X509Certificate certificate = transport().getPeerCertificate();
			String answer = (certificate != null) ? certificate.getSubjectX500Principal().getName() : "nobody";
			boolean where = new String(data, StandardCharsets.US_ASCII).startsWith("where");
			transport().write((where ? transport().getPeer().toString() : answer).getBytes(StandardCharsets.US_ASCII));
		}

	}

}
