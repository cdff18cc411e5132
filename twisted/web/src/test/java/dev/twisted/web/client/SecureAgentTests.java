package dev.twisted.web.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLException;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.internet.ssl.CertificateOptions;
import dev.twisted.testing.Authority;
import dev.twisted.web.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * TLS, and HTTP/2 inside it, against a server of another make.
 */
class SecureAgentTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	private final Set<String> connections = ConcurrentHashMap.newKeySet();

	private DisposableServer server;

	@BeforeEach
	void listen() {
		GenericSslContextSpec<?> tls = Http2SslContextSpec.forServer(Authority.SERVER.getKeyPair().getPrivate(),
				Authority.SERVER.getCertificatePathList());
		this.server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
			.secure((spec) -> spec.sslContext(tls))
			.handle((request, response) -> {
				request.withConnection((connection) -> this.connections
					.add(String.valueOf((connection.channel().parent() instanceof io.netty.channel.ServerChannel)
							? connection.channel() : connection.channel().parent())));
				return response.sendString(request.receive()
					.aggregate()
					.asString()
					.defaultIfEmpty("nothing")
					.map((body) -> request.protocol() + " " + request.requestHeaders().get("host", "-") + " " + body));
			})
			.bindNow(Duration.ofSeconds(20));
	}

	@AfterEach
	void close() {
		this.server.disposeNow(Duration.ofSeconds(20));
	}

	@Test
	void aServerWhoseCertificateIsTrustedAndForItsNameIsTalkedTo() {
		assertThat(get(agent(Authority.client().build())))
			.isEqualTo("HTTP/1.1 127.0.0.1:%d x".formatted(this.server.port()));
	}

	@Test
	void aServerWhoseCertificateIsNotTrustedNeverAnswers() {
		assertThatExceptionOfType(ResponseNeverReceived.class)
			.isThrownBy(() -> get(agent(CertificateOptions.builder().build())))
			.satisfies((ex) -> {
				Throwable reason = ex.reasons().get(0).value();
				assertThat(reason).isInstanceOf(ConnectionLost.class).hasCauseInstanceOf(SSLException.class);
			});
	}

	@Test
	void aServerWhoseCertificateIsForAnotherNameNeverAnswers() {
		ContextFactory other = Authority.client().hostname("other.example.com").build();
		assertThatExceptionOfType(ResponseNeverReceived.class).isThrownBy(() -> get(agent(other)));
	}

	@Test
	void http2PutsManyRequestsOnOneConnection() {
		try (HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get())
			.maxConnectionsPerHost(1)
			.build()) {
			Agent agent = Agent.builder(this.reactor.get())
				.pool(pool)
				.http2(true)
				.contextFactory(Authority.client().build())
				.build();
			List<Deferred<String>> answers = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				answers.add(text(agent));
			}
			assertThat(this.reactor.result(Deferreds.gatherResults(answers)))
				.isEqualTo(Collections.nCopies(20, "HTTP/2.0 127.0.0.1:%d x".formatted(this.server.port())));
			assertThat(this.connections).hasSize(1);
			Response response = this.reactor
				.result(agent.request("HEAD", "https://127.0.0.1:%d/".formatted(this.server.port())));
			assertThat(response.version()).isEqualTo("HTTP/2.0");
			this.reactor.result(Responses.readBody(response));
		}
	}

	@Test
	void http2NeedsAPool() {
		assertThatIllegalStateException().isThrownBy(() -> Agent.builder(this.reactor.get()).http2(true).build());
	}

	private Agent agent(ContextFactory contextFactory) {
		return Agent.builder(this.reactor.get()).contextFactory(contextFactory).build();
	}

	private String get(Agent agent) {
		return this.reactor.result(text(agent));
	}

	private Deferred<String> text(Agent agent) {
		return agent
			.request("POST", "https://127.0.0.1:%d/".formatted(this.server.port()), new Headers(),
					new BytesBodyProducer("x"))
			.compose(Responses::readBody)
			.addCallback((body) -> new String(body, StandardCharsets.UTF_8));
	}

}
