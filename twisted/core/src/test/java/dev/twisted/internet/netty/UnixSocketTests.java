package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.endpoints.Endpoints;
import dev.twisted.endpoints.UNIXClientEndpoint;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.ConnectException;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.UNIXAddress;
import dev.twisted.testing.Authority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@EveryTransport
class UnixSocketTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private final EventLoopModel model;

	private final BlockingQueue<TlsRecorder> served = new LinkedBlockingQueue<>();

	private final Factory factory = TlsRecorder.factory(TlsRecorder.Echo::new, this.served);

	private Path path;

	private ListeningPort port;

	UnixSocketTests(EventLoopModel model) {
		this.model = model;
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void path(@TempDir Path directory) {
		this.path = directory.resolve("socket");
	}

	@AfterEach
	void stopListening() {
		if (this.port != null) {
			this.reactor.result(this.reactor.call(this.port::stopListening));
			assertThat(this.path).doesNotExist();
		}
	}

	@Test
	void aClientAndAServerOfOursTalk() throws Exception {
		listen();
		TlsRecorder client = connect();
		client.awaitEvent("made");
		client.write("hello");
		client.awaitReceived("hello");
		assertThat(client.transport().getPeer()).isEqualTo(new UNIXAddress(this.path.toString()));
		assertThat(client.transport().getHost()).isEqualTo(new UNIXAddress(null));
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.transport().getHost()).isEqualTo(new UNIXAddress(this.path.toString()));
		assertThat(server.transport().getPeer()).isEqualTo(new UNIXAddress(null));
		assertThat(server.transport().getTcpNoDelay()).isFalse();
		client.transport().loseConnection();
		assertThat(client.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void theAddressOfThePortIsItsPath() {
		listen();
		assertThat(this.port.getHost()).isEqualTo(new UNIXAddress(this.path.toString()));
		assertThat(this.port.getHost()).hasToString("unix:" + this.path);
		assertThat(this.port.getHost().type()).isEqualTo("UNIX");
	}

	@Test
	void aPeerThatAsksAndClosesItsDirectionGetsItsAnswer() throws Exception {
		Assumptions.assumeTrue(this.model != EventLoopModel.NIO, "Java's Unix sockets close at once");
		listen();
		try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(this.path))) {
			peer.write(ByteBuffer.wrap("question".getBytes(StandardCharsets.US_ASCII)));
			peer.shutdownOutput();
			ByteBuffer answer = ByteBuffer.allocate(100);
			while (peer.read(answer) >= 0) {
				// Until the end.
			}
			assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII))
				.isEqualTo("question");
		}
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void aPeerThatClosesIsDone() throws Exception {
		listen();
		SocketChannel.open(UnixDomainSocketAddress.of(this.path)).close();
		assertThat(TlsRecorder.next(this.served).awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void tlsIsSpokenOnUnixSocketsToo() throws Exception {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenUNIX(this.path, TlsRecorder.factory(() -> new TlsRecorder.Echo() {
				@Override
				protected void connectionMade() {
					transport().startTLS(Authority.server().build());
				}
			}, this.served)));
		TlsRecorder client = new TlsRecorder() {
			@Override
			protected void connectionMade() {
				transport().startTLS(Authority.client().hostname("localhost").build());
				write("secret");
			}
		};
		this.reactor.run(() -> this.reactor.get().connectUNIX(this.path, client.asClient()));
		client.awaitReceived("secret");
		client.transport().loseConnection();
	}

	@Test
	void aPortMaySpeakTlsFromTheFirstByte() throws Exception {
		ListenOptions options = ListenOptions.DEFAULTS.withTLS(Authority.server().build());
		this.port = this.reactor
			.call(() -> this.reactor.get().listenUNIX(this.path, this.factory, options, 0600, false));
		UNIXClientEndpoint plain = new UNIXClientEndpoint(this.reactor.get(), this.path);
		TlsRecorder client = new TlsRecorder();
		this.reactor.result(this.reactor.call(() -> Endpoints.connectProtocol(
				Endpoints.wrapClientTLS(Authority.client().hostname("localhost").build(), plain), client)));
		client.write("secret");
		client.awaitReceived("secret");
		assertThat(client.peer.getSubjectX500Principal().getName()).isEqualTo("CN=server");
		client.transport().loseConnection();
		assertThat(client.awaitLost()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void aPathIsNoNameThatACertificateCouldBeFor() throws Exception {
		ListenOptions options = ListenOptions.DEFAULTS.withTLS(Authority.server().build());
		this.port = this.reactor
			.call(() -> this.reactor.get().listenUNIX(this.path, this.factory, options, 0600, false));
		UNIXClientEndpoint plain = new UNIXClientEndpoint(this.reactor.get(), this.path);
		TlsRecorder client = new TlsRecorder();
		this.reactor
			.run(() -> Endpoints.connectProtocol(Endpoints.wrapClientTLS(Authority.client().build(), plain), client)
				.addBoth((connected, failure) -> client.failed.complete(failure)));
		assertThat(client.failed.get(10, TimeUnit.SECONDS).value())
			.hasRootCauseMessage("There is no host name to check the server's certificate against; set 'hostname'");
	}

	@Test
	void onlyThoseMayConnectWhomTheModeAllows() throws Exception {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenUNIX(this.path, this.factory, ListenOptions.DEFAULTS, 0640, false));
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.path))).isEqualTo("rw-r-----");
	}

	@Test
	void aModeThatIsNoneIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.reactor
			.call(() -> this.reactor.get().listenUNIX(this.path, this.factory, ListenOptions.DEFAULTS, 01777, false)));
	}

	@Test
	void aPathThatIsTakenIsNotTakenAway() throws Exception {
		Files.writeString(this.path, "mine");
		assertThatExceptionOfType(CannotListenException.class).isThrownBy(this::listen)
			.withMessageContaining(this.path.toString());
		assertThat(this.path).hasContent("mine");
	}

	@Test
	void theLockIsNoReasonToTakeAwayWhatIsNotASocket() throws Exception {
		Files.writeString(this.path, "mine");
		assertThatExceptionOfType(CannotListenException.class).isThrownBy(this::listenWithLock)
			.withMessageContaining("not a socket");
		assertThat(this.path).hasContent("mine");
		assertThat(this.path.resolveSibling("socket.lock")).doesNotExist();
	}

	@Test
	void aSocketThatWasLeftBehindIsReplacedByWhoeverHoldsTheLock() throws Exception {
		try (ServerSocketChannel old = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			old.bind(UnixDomainSocketAddress.of(this.path));
		}
		assertThat(this.path).exists();
		listenWithLock();
		TlsRecorder client = connect();
		client.awaitEvent("made");
		client.transport().loseConnection();
		stopListening();
		this.port = null;
		assertThat(this.path.resolveSibling("socket.lock")).doesNotExist();
	}

	@Test
	void aSocketThatIsInUseIsNotReplaced() throws Exception {
		listenWithLock();
		assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor
				.call(() -> this.reactor.get().listenUNIX(this.path, this.factory, ListenOptions.DEFAULTS, 0600, true)))
			.withMessageContaining("in use");
		TlsRecorder client = connect();
		client.awaitEvent("made");
		client.transport().loseConnection();
	}

	@Test
	void whoeverAsksForASocketInUseDoesNotLoseItsLockForTheOther() throws Exception {
		listenWithLock();
		Path sameSocket = this.path.resolveSibling(".").resolve(this.path.getFileName());
		assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor.call(
					() -> this.reactor.get().listenUNIX(sameSocket, this.factory, ListenOptions.DEFAULTS, 0600, true)))
			.withMessageContaining("in use");
		Process other = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				Path.of(UnixSocketTests.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
				OtherProcess.class.getName(), this.path + ".lock")
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
		assertThat(other.exitValue()).isEqualTo(OtherProcess.REFUSED);
	}

	@Test
	void connectingToNothingFails() throws Exception {
		TlsRecorder client = connect();
		assertThat(client.failed.get(10, TimeUnit.SECONDS).value()).isInstanceOf(ConnectException.class)
			.hasMessageContaining(this.path.toString());
	}

	@Test
	void connectingToASocketThatNobodyListensOnIsRefused() throws Exception {
		try (ServerSocketChannel old = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			old.bind(UnixDomainSocketAddress.of(this.path));
		}
		TlsRecorder client = connect();
		assertThat(client.failed.get(10, TimeUnit.SECONDS).value()).isInstanceOf(ConnectionRefusedException.class);
		Files.delete(this.path);
	}

	@Test
	void aPathThatIsTooLongIsAnErrorOfThePort() throws IOException {
		Path tooLong = this.path.resolveSibling("x".repeat(200));
		assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor.call(() -> this.reactor.get().listenUNIX(tooLong, this.factory)));
	}

	private void listen() {
		this.port = this.reactor.call(() -> this.reactor.get().listenUNIX(this.path, this.factory));
	}

	private void listenWithLock() {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenUNIX(this.path, this.factory, ListenOptions.DEFAULTS, 0600, true));
	}

	private TlsRecorder connect() {
		TlsRecorder client = new TlsRecorder();
		this.reactor.run(() -> this.reactor.get().connectUNIX(this.path, client.asClient()));
		return client;
	}

	/**
	 * Tries to get a lock, as a server in another process would.
	 */
	static final class OtherProcess {

		static final int REFUSED = 3;

		private OtherProcess() {
		}

		public static void main(String[] arguments) throws IOException {
			try (FileChannel file = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
				System.exit((file.tryLock() != null) ? 0 : REFUSED);
			}
		}

	}

}
