package dev.twisted.internet.netty;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Producer;
import dev.twisted.internet.ssl.CertificateOptions;
import dev.twisted.internet.ssl.ClientAuth;
import dev.twisted.internet.ssl.ServerNames;
import dev.twisted.testing.Authority;
import io.netty.pkitesting.X509Bundle;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

@EveryTransport
class TlsTests {

	private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

	@RegisterExtension
	private final RunningReactor reactor;

	private final BlockingQueue<TlsRecorder> served = new LinkedBlockingQueue<>();

	private ListeningPort port;

	TlsTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@AfterEach
	void stopListening() {
		if (this.port != null) {
			this.reactor.result(this.reactor.call(this.port::stopListening));
		}
	}

	// Talking

	@Test
	void aClientAndAServerOfOursTalk() throws Exception {
		listen(TlsRecorder.Echo::new, Authority.server().build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().build());
		client.awaitEvent("handshake");
		client.write("hello");
		client.awaitReceived("hello");
		client.transport().loseConnection();
		assertThat(client.awaitLost()).isInstanceOf(ConnectionDone.class);
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(client.events).containsExactly("made", "handshake", "data", "lost");
		assertThat(server.events).containsExactly("made", "handshake", "data", "lost");
		assertThat(client.version).isEqualTo("TLSv1.3");
		assertThat(client.peer.getSubjectX500Principal().getName()).isEqualTo("CN=server");
		assertThat(server.peer).isNull();
		assertThat(this.port.failedHandshakes()).isZero();
	}

	@Test
	void whatIsWrittenWhenTheConnectionIsMadeWaitsForTheHandshake() throws Exception {
		listen(() -> new TlsRecorder() {
			@Override
			protected void connectionMade() throws Exception {
				super.connectionMade();
				write("welcome ");
				transport().writeSequence(List.of(new byte[10_000], "end".getBytes(StandardCharsets.US_ASCII)));
			}
		}, Authority.server().build());
		try (Socket plain = new Socket(ANY.getAddress(), this.port.getHost().port())) {
			TlsRecorder server = TlsRecorder.next(this.served);
			server.awaitEvent("made");
			this.reactor.run(() -> {
			});
			assertThat(plain.getInputStream().available()).isZero();
			SSLSocket secret = secret(plain);
			assertThat(secret.getInputStream().readNBytes(10_011)).startsWith("welcome ".getBytes())
				.endsWith("end".getBytes());
			assertThat(server.events).containsExactly("made", "handshake");
		}
	}

	@Test
	void aLongAnswerIsSentWholeBeforeTheConnectionIsLost() throws Exception {
		byte[] answer = pattern(8 * 1024 * 1024);
		listen(() -> new TlsRecorder() {
			@Override
			void received(String text) {
				transport().write(answer);
				transport().loseConnection();
			}
		}, Authority.server().build());
		try (SSLSocket socket = secret()) {
			socket.getOutputStream().write('x');
			assertThat(socket.getInputStream().readAllBytes()).isEqualTo(answer);
		}
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void moreThanTheHighWaterMarkMayWaitForTheHandshake() throws Exception {
		byte[] greeting = pattern(1024 * 1024);
		listen(() -> new TlsRecorder() {
			@Override
			protected void connectionMade() {
				transport().write(greeting);
				transport().loseConnection();
			}
		}, Authority.server().build());
		try (SSLSocket socket = secret()) {
			assertThat(socket.getInputStream().readAllBytes()).isEqualTo(greeting);
		}
	}

	@Test
	void aPullProducerIsAskedOnceForEachPiece() throws Exception {
		listen(() -> new TlsRecorder() {
			@Override
			protected void connectionMade() {
				transport().registerProducer(new Producer() {
					private int asked;

					@Override
					public void resumeProducing() {
						write(this.asked++ + ",");
						if (this.asked == 5) {
							transport().unregisterProducer();
							transport().loseConnection();
						}
					}

					@Override
					public void stopProducing() {
					}
				}, false);
			}
		}, Authority.server().build());
		try (SSLSocket socket = secret()) {
			assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("0,1,2,3,4,");
		}
	}

	@Test
	void aPeerThatDoesNotReadIsReadNoFurther() throws Exception {
		listen(TlsRecorder.Echo::new, Authority.server().build());
		Socket plain = new Socket(ANY.getAddress(), this.port.getHost().port());
		SSLSocket socket = secret(plain);
		Thread flood = new Thread(() -> {
			byte[] chunk = new byte[64 * 1024];
			try {
				for (int i = 0; i < 1024; i++) {
					socket.getOutputStream().write(chunk);
				}
			}
			catch (IOException ex) {
				// The end of the test.
			}
		});
		flood.start();
		TlsRecorder server = TlsRecorder.next(this.served);
		long[] last = { -1 };
		Awaitility.await().pollInterval(Duration.ofMillis(300)).until(() -> {
			long before = last[0];
			last[0] = server.received().length();
			return last[0] > 0 && last[0] == before;
		});
		assertThat(server.received().length()).isLessThan(48 * 1024 * 1024);
		// Closing TLS would wait for the thread that writes.
		plain.close();
		flood.join();
	}

	@Test
	void bothSidesAgreeOnAnApplicationProtocol() throws Exception {
		listen(TlsRecorder::new, Authority.server().acceptableProtocols("two", "one").build());
		TlsRecorder client = connect(new TlsRecorder(),
				Authority.client().acceptableProtocols("one", "two", "three").build());
		client.awaitEvent("handshake");
		TlsRecorder server = TlsRecorder.next(this.served);
		server.awaitEvent("handshake");
		assertThat(client.negotiated).isEqualTo("two");
		assertThat(server.negotiated).isEqualTo("two");
		client.transport().loseConnection();
	}

	@Test
	void aServerShowsTheCertificateOfTheNameThatIsAskedFor() throws Exception {
		ContextFactory exact = options(Authority.TRUSTED.certify("a.example.com"));
		ContextFactory wildcard = options(
				Authority.TRUSTED.certify("CN=*.example.com", (builder) -> builder.addSanDnsName("b.example.com")));
		listen(TlsRecorder::new,
				new ServerNames(Authority.server().build(), Map.of("A.example.com", exact, "*.example.com", wildcard)));
		assertThat(certificateFor("a.example.com")).isEqualTo("CN=a.example.com");
		assertThat(certificateFor("b.example.com")).isEqualTo("CN=*.example.com");
		assertThat(certificateFor("localhost")).isEqualTo("CN=server");
	}

	@Test
	void eachConnectionHasTheCertificateOfItsTime() throws Exception {
		List<ContextFactory> times = List.of(Authority.server().build(),
				options(Authority.TRUSTED.certify("CN=renewed", (builder) -> builder.addSanIpAddress("127.0.0.1"))));
		listen(TlsRecorder.Echo::new, new ContextFactory() {
			private int connections;

			@Override
			public SSLEngine serverEngine(String serverName) throws SSLException {
				return times.get(this.connections++).serverEngine(serverName);
			}

			@Override
			public SSLEngine clientEngine(String host, int port) throws SSLException {
				throw new SSLException("not a client");
			}
		});
		TlsRecorder first = connect(new TlsRecorder(), Authority.client().build());
		first.awaitEvent("handshake");
		TlsRecorder second = connect(new TlsRecorder(), Authority.client().build());
		second.awaitEvent("handshake");
		assertThat(first.peer.getSubjectX500Principal().getName()).isEqualTo("CN=server");
		assertThat(second.peer.getSubjectX500Principal().getName()).isEqualTo("CN=renewed");
		first.write("still here");
		first.awaitReceived("still here");
		first.transport().loseConnection();
		second.transport().loseConnection();
	}

	// Who is who

	@Test
	void aClientWithACertificateIsKnownToTheServer() throws Exception {
		listen(TlsRecorder::new, Authority.server().clientAuth(ClientAuth.NEED).build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.TRUSTED.options(Authority.CLIENT).build());
		TlsRecorder server = TlsRecorder.next(this.served);
		server.awaitEvent("handshake");
		assertThat(server.peer.getSubjectX500Principal().getName()).isEqualTo("CN=client");
		client.transport().loseConnection();
	}

	@Test
	void aClientWithoutACertificateIsRefusedWhereOneIsNeeded() throws Exception {
		listen(TlsRecorder::new, Authority.server().clientAuth(ClientAuth.NEED).build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().build());
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionLost.class)
			.hasCauseInstanceOf(SSLException.class)
			.hasMessageContaining("Empty client certificate chain");
		assertThat(server.events).containsExactly("made", "lost");
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class);
		assertThat(this.port.failedHandshakes()).isOne();
	}

	@Test
	void aClientWithoutACertificateIsTakenWhereOneIsWanted() throws Exception {
		listen(TlsRecorder::new, Authority.server().clientAuth(ClientAuth.WANT).build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().build());
		TlsRecorder server = TlsRecorder.next(this.served);
		server.awaitEvent("handshake");
		assertThat(server.peer).isNull();
		client.transport().loseConnection();
	}

	@Test
	void aClientWithTheCertificateOfAStrangerIsRefused() throws Exception {
		listen(TlsRecorder::new, Authority.server().clientAuth(ClientAuth.WANT).build());
		X509Bundle stranger = Authority.UNKNOWN.certify("stranger");
		// Java's own key manager would show no certificate that the server does not ask
		// for.
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(new javax.net.ssl.KeyManager[] { new ShowAlways(stranger) },
				Authority.TRUSTED.root().toTrustManagerFactory().getTrustManagers(), null);
		TlsRecorder client = connect(new TlsRecorder(), CertificateOptions.builder().context(context).build());
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionLost.class).hasCauseInstanceOf(SSLException.class);
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class);
	}

	@Test
	void aClientRefusesACertificateOfAnotherHost() throws Exception {
		listen(TlsRecorder::new, options(Authority.TRUSTED.certify("elsewhere.example.com")));
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().build());
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class).hasCauseInstanceOf(SSLException.class);
		assertThat(client.events).containsExactly("made", "lost");
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionLost.class)
			.hasMessageContaining("certificate");
	}

	@Test
	void aClientTakesACertificateOfAnotherHostIfToldSo() throws Exception {
		listen(TlsRecorder::new, options(Authority.TRUSTED.certify("elsewhere.example.com")));
		TlsRecorder unchecked = connect(new TlsRecorder(), Authority.client().verifyHostname(false).build());
		unchecked.awaitEvent("handshake");
		TlsRecorder named = connect(new TlsRecorder(), Authority.client().hostname("elsewhere.example.com").build());
		named.awaitEvent("handshake");
		unchecked.transport().loseConnection();
		named.transport().loseConnection();
	}

	@Test
	void aClientRefusesACertificateOfAnAuthorityItDoesNotKnow() throws Exception {
		listen(TlsRecorder::new, Authority.server().build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.UNKNOWN.trust().build());
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class).hasMessageContaining("PKIX");
	}

	@Test
	void aClientWithoutAnyNameToCheckFailsToConnect() throws Exception {
		listen(TlsRecorder::new, Authority.server().build());
		TlsRecorder client = connect(new TlsRecorder(), new ContextFactory() {
			@Override
			public SSLEngine serverEngine(String serverName) throws SSLException {
				throw new SSLException("not a server");
			}

			@Override
			public SSLEngine clientEngine(String host, int port) throws SSLException {
				return Authority.client().build().clientEngine(null, port);
			}
		});
		assertThat(client.failed.get(10, TimeUnit.SECONDS).value()).isInstanceOf(SSLException.class)
			.hasMessageContaining("hostname");
		assertThat(client.events).isEmpty();
	}

	// What goes wrong costs one connection

	@Test
	void plainTextCostsOnlyTheConnectionItComesOn() throws Exception {
		listen(TlsRecorder.Echo::new, Authority.server().build());
		TlsRecorder good = connect(new TlsRecorder(), Authority.client().build());
		good.awaitEvent("handshake");
		TlsRecorder.next(this.served);
		try (Socket plain = new Socket(ANY.getAddress(), this.port.getHost().port())) {
			plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(endOf(plain)).isTrue();
		}
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionLost.class)
			.hasMessageContaining("not TLS")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("474554"));
		assertThat(this.port.failedHandshakes()).isOne();
		good.write("still here");
		good.awaitReceived("still here");
		good.transport().loseConnection();
	}

	@Test
	void aClientOfAnotherVersionIsRefused() throws Exception {
		listen(TlsRecorder::new, Authority.server().protocols("TLSv1.3").build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().protocols("TLSv1.2").build());
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class).hasMessageContaining("protocol_version");
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionLost.class);
		assertThat(this.port.failedHandshakes()).isOne();
	}

	@Test
	void aClientWithOtherApplicationProtocolsIsRefused() throws Exception {
		listen(TlsRecorder::new, Authority.server().acceptableProtocols("one").build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().acceptableProtocols("two").build());
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class).hasMessageContaining("application_protocol");
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionLost.class);
	}

	@Test
	void aPeerThatSaysNothingHasTheTimeOfTheHandshake() throws Exception {
		listen(TlsRecorder::new, Authority.server().handshakeTimeout(Duration.ofMillis(200)).build());
		try (Socket silent = new Socket(ANY.getAddress(), this.port.getHost().port())) {
			assertThat(endOf(silent)).isTrue();
		}
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(TimeoutException.class)
			.hasMessageContaining("PT0.2S");
		assertThat(this.port.failedHandshakes()).isOne();
	}

	@Test
	void aPeerThatStopsInTheMiddleOfTheHandshakeHasNoMoreTimeThanThat() throws Exception {
		listen(TlsRecorder::new, Authority.server().handshakeTimeout(Duration.ofMillis(300)).build());
		try (Socket slow = new Socket(ANY.getAddress(), this.port.getHost().port())) {
			slow.getOutputStream().write(new byte[] { 22, 3, 1, 2, 0, 1 });
			assertThat(endOf(slow)).isTrue();
		}
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(TimeoutException.class);
	}

	@Test
	void aServerThatSaysNothingHasTheTimeOfTheHandshake() throws Exception {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenTCP(ANY, TlsRecorder.factory(TlsRecorder::new, this.served), 5));
		TlsRecorder client = connect(new TlsRecorder(),
				Authority.client().handshakeTimeout(Duration.ofMillis(200)).build());
		assertThat(client.awaitLost()).isInstanceOf(TimeoutException.class);
	}

	@Test
	void aHelloWithoutEndIsRefused() throws Exception {
		listen(TlsRecorder::new, Authority.server().build());
		try (Socket peer = new Socket(ANY.getAddress(), this.port.getHost().port())) {
			byte[] record = new byte[5 + 16384];
			record[0] = 22;
			record[1] = 3;
			record[2] = 1;
			record[3] = 0x40;
			record[5] = 1;
			record[6] = 0x7f;
			peer.getOutputStream().write(record);
			assertThat(endOf(peer)).isTrue();
		}
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionLost.class);
		assertThat(this.port.failedHandshakes()).isOne();
	}

	@Test
	void aPeerThatGoesInTheMiddleOfTheHandshakeIsLost() throws Exception {
		listen(TlsRecorder::new, Authority.server().build());
		new Socket(ANY.getAddress(), this.port.getHost().port()).close();
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionLost.class)
			.hasCauseInstanceOf(SSLException.class);
	}

	@Test
	void aContextFactoryThatThrowsCostsTheConnectionAndIsLogged() throws Exception {
		this.reactor.expectErrors(1);
		listen(TlsRecorder::new, new ContextFactory() {
			@Override
			public SSLEngine serverEngine(String serverName) {
				throw new IllegalStateException("no certificate today");
			}

			@Override
			public SSLEngine clientEngine(String host, int port) {
				throw new IllegalStateException();
			}
		});
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().build());
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class);
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionLost.class)
			.hasMessageContaining("no certificate today");
	}

	@Test
	void anExceptionOfAHandshakeListenerClosesTheConnectionWithThatReason() throws Exception {
		this.reactor.expectErrors(1);
		listen(() -> new TlsRecorder() {
			@Override
			public void handshakeCompleted() {
				throw new IllegalStateException("not you");
			}
		}, Authority.server().build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().build());
		assertThat(TlsRecorder.next(this.served).awaitLost()).hasMessage("not you");
		assertThat(client.awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	// The end

	@Test
	void aPeerThatClosesWithoutEndingTlsIsLost() throws Exception {
		listen(TlsRecorder.Echo::new, Authority.server().build());
		Socket plain = new Socket(ANY.getAddress(), this.port.getHost().port());
		SSLSocket secret = secret(plain);
		secret.getOutputStream().write('x');
		assertThat(secret.getInputStream().read()).isEqualTo('x');
		plain.shutdownOutput();
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionLost.class)
			.hasMessageContaining("without ending TLS");
		plain.close();
	}

	@Test
	void whatCameBeforeAPeerClosedWithoutEndingTlsIsStillDelivered() throws Exception {
		listen(() -> new TlsRecorder() {
			@Override
			public void handshakeCompleted() throws Exception {
				super.handshakeCompleted();
				transport().pauseProducing();
				write("paused");
			}
		}, Authority.server().build());
		try (Socket plain = new Socket(ANY.getAddress(), this.port.getHost().port())) {
			SSLSocket secret = secret(plain);
			assertThat(secret.getInputStream().readNBytes(6)).asString().isEqualTo("paused");
			secret.getOutputStream().write("data".getBytes(StandardCharsets.US_ASCII));
			plain.shutdownOutput();
			TlsRecorder server = TlsRecorder.next(this.served);
			server.transport().resumeProducing();
			assertThat(server.awaitLost()).isInstanceOf(ConnectionLost.class)
				.hasMessageContaining("without ending TLS");
			assertThat(server.received()).isEqualTo("data");
		}
	}

	@Test
	void aPeerThatAsksAndEndsItsSideAtOnceGetsItsAnswer() throws Exception {
		listen(TlsRecorder.Echo::new, Authority.server().build());
		try (SSLSocket socket = secret()) {
			byte[] question = pattern(200_000);
			Thread asking = new Thread(() -> {
				try {
					socket.getOutputStream().write(question);
					socket.shutdownOutput();
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			asking.start();
			assertThat(socket.getInputStream().readAllBytes()).isEqualTo(question);
			asking.join();
		}
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void aPeerOfAnOlderVersionThatEndsItsSideIsDone() throws Exception {
		listen(LastWord::new, Authority.server().protocols("TLSv1.2").build());
		try (SSLSocket socket = secret()) {
			socket.getOutputStream().write('x');
			socket.shutdownOutput();
			assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionDone.class);
		}
	}

	@Test
	void aGoodbyeThatComesWhileReadingIsPausedWaitsBehindTheData() throws Exception {
		listen(() -> new TlsRecorder() {
			@Override
			public void handshakeCompleted() throws Exception {
				super.handshakeCompleted();
				transport().pauseProducing();
				write("paused");
			}
		}, Authority.server().build());
		try (SSLSocket socket = secret()) {
			assertThat(socket.getInputStream().readNBytes(6)).asString().isEqualTo("paused");
			socket.getOutputStream().write("data".getBytes(StandardCharsets.US_ASCII));
			socket.shutdownOutput();
			TlsRecorder server = TlsRecorder.next(this.served);
			this.reactor.run(() -> {
			});
			assertThat(server.events).containsExactly("made", "handshake");
			server.transport().resumeProducing();
			assertThat(server.awaitLost()).isInstanceOf(ConnectionDone.class);
			assertThat(server.received()).isEqualTo("data");
		}
	}

	@Test
	void aHalfCloseableProtocolHasALastWord() throws Exception {
		listen(LastWord::new, Authority.server().build());
		try (SSLSocket socket = secret()) {
			socket.getOutputStream().write('x');
			socket.shutdownOutput();
			assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("last word");
		}
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(server.events).containsExactly("made", "handshake", "data", "read lost", "lost");
	}

	@Test
	void aClientThatClosesItsDirectionHearsTheAnswer() throws Exception {
		listen(LastWord::new, Authority.server().build());
		LastWord client = new LastWord() {
			@Override
			public void readConnectionLost() {
				this.events.add("read lost");
			}
		};
		connect(client, Authority.client().build());
		client.awaitEvent("handshake");
		client.write("question");
		client.transport().loseWriteConnection();
		assertThat(client.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(client.events).containsExactly("made", "handshake", "write lost", "data", "read lost", "lost");
		assertThat(client.received()).isEqualTo("last word");
	}

	@Test
	void aClientMayCloseItsDirectionBeforeTheHandshake() throws Exception {
		listen(LastWord::new, Authority.server().build());
		LastWord client = new LastWord() {
			@Override
			protected void connectionMade() {
				transport().loseWriteConnection();
			}

			@Override
			public void readConnectionLost() {
				this.events.add("read lost");
			}
		};
		connect(client, Authority.client().build());
		assertThat(client.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(client.received()).isEqualTo("last word");
	}

	@Test
	void anAbortResetsThePeer() throws Exception {
		listen(() -> new TlsRecorder() {
			@Override
			void received(String text) {
				transport().abortConnection();
			}
		}, Authority.server().build());
		try (SSLSocket socket = secret()) {
			socket.getOutputStream().write('x');
			assertThatIOException().isThrownBy(() -> socket.getInputStream().read());
		}
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionAborted.class);
	}

	@Test
	void aPeerThatNeverAnswersTheGoodbyeDoesNotHoldTheConnection() throws Exception {
		listen(() -> new TlsRecorder() {
			@Override
			void received(String text) {
				transport().loseConnection();
			}
		}, Authority.server().build());
		try (SSLSocket socket = secret()) {
			socket.getOutputStream().write('x');
			assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionDone.class);
			Awaitility.await().until(() -> this.port.connections() == 0);
		}
	}

	@Test
	void aConnectionCanBeLostBeforeItsHandshake() throws Exception {
		listen(() -> new TlsRecorder() {
			@Override
			protected void connectionMade() {
				transport().loseConnection();
			}
		}, Authority.server().build());
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().build());
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(client.awaitLost()).isInstanceOf(ConnectionLost.class);
		assertThat(this.port.failedHandshakes()).isZero();
	}

	@Test
	void aPlainConnectionHasNoSessionAndNoCertificate() throws Exception {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenTCP(ANY, TlsRecorder.factory(TlsRecorder::new, this.served), 5));
		try (Socket socket = new Socket(ANY.getAddress(), this.port.getHost().port())) {
			TlsRecorder server = TlsRecorder.next(this.served);
			server.awaitEvent("made");
			assertThat(server.transport().getTLSSession()).isNull();
			assertThat(server.transport().getPeerCertificate()).isNull();
			assertThat(server.transport().negotiatedProtocol()).isNull();
		}
	}

	@Test
	void namesThatJavaDoesNotKnowAreFoundAtOnce() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> CertificateOptions.builder().protocols("TLSv9").build());
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> CertificateOptions.builder().ciphers("ROT13").build());
	}

	private void listen(Supplier<? extends TlsRecorder> protocol, ContextFactory contextFactory) {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenSSL(ANY, TlsRecorder.factory(protocol, this.served), contextFactory, ListenOptions.DEFAULTS));
	}

	private TlsRecorder connect(TlsRecorder client, ContextFactory contextFactory) {
		this.reactor.run(() -> this.reactor.get()
			.connectSSL("127.0.0.1", this.port.getHost().port(), client.asClient(), contextFactory));
		return client;
	}

	private String certificateFor(String name) {
		TlsRecorder client = connect(new TlsRecorder(), Authority.client().hostname(name).build());
		client.awaitEvent("handshake");
		client.transport().loseConnection();
		return client.peer.getSubjectX500Principal().getName();
	}

	private static ContextFactory options(X509Bundle certificate) {
		return Authority.TRUSTED.options(certificate).build();
	}

	private SSLSocket secret() throws IOException {
		return secret(new Socket(ANY.getAddress(), this.port.getHost().port()));
	}

	/** A client of Java's own. */
	private static SSLSocket secret(Socket plain) throws IOException {
		plain.setSoTimeout(20_000);
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, Authority.TRUSTED.root().toTrustManagerFactory().getTrustManagers(), null);
			SSLSocket secret = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 0, true);
			secret.startHandshake();
			return secret;
		}
		catch (java.security.GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean endOf(Socket socket) throws IOException {
		socket.setSoTimeout(20_000);
		InputStream in = socket.getInputStream();
		try {
			while (in.read() >= 0) {
				// An alert may come first.
			}
			return true;
		}
		catch (SocketException ex) {
			return true;
		}
	}

	private static byte[] pattern(int size) {
		byte[] bytes = new byte[size];
		for (int i = 0; i < size; i++) {
			bytes[i] = (byte) (i * 31 + (i >> 8));
		}
		return bytes;
	}

	/** Says something when the peer says no more. */
	private static class LastWord extends TlsRecorder implements HalfCloseableProtocol {

		@Override
		public void readConnectionLost() {
			this.events.add("read lost");
			write("last word");
			transport().loseConnection();
		}

		@Override
		public void writeConnectionLost() {
			this.events.add("write lost");
		}

	}

	/** Shows a certificate whether or not the server would like it. */
	private static final class ShowAlways extends javax.net.ssl.X509ExtendedKeyManager {

		private final X509Bundle certificate;

		ShowAlways(X509Bundle certificate) {
			this.certificate = certificate;
		}

		@Override
		public String chooseEngineClientAlias(String[] keyType, java.security.Principal[] issuers, SSLEngine engine) {
			return "it";
		}

		@Override
		public String[] getClientAliases(String keyType, java.security.Principal[] issuers) {
			return new String[] { "it" };
		}

		@Override
		public String chooseClientAlias(String[] keyType, java.security.Principal[] issuers, Socket socket) {
			return "it";
		}

		@Override
		public String[] getServerAliases(String keyType, java.security.Principal[] issuers) {
			return new String[0];
		}

		@Override
		public String chooseServerAlias(String keyType, java.security.Principal[] issuers, Socket socket) {
			return null;
		}

		@Override
		public java.security.cert.X509Certificate[] getCertificateChain(String alias) {
			return this.certificate.getCertificatePath();
		}

		@Override
		public java.security.PrivateKey getPrivateKey(String alias) {
			return this.certificate.getKeyPair().getPrivate();
		}

	}

}
