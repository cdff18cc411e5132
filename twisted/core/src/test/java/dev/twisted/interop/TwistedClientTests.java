package dev.twisted.interop;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients of the real Twisted against our TCP server.
 */
@ParameterizedClass
@EnumSource(names = { "NIO", "EPOLL" })
class TwistedClientTests extends InteropSetup {

	private final BlockingQueue<String> lost = new LinkedBlockingQueue<>();

	@Test
	void messagesOfAllSizesComeBackAndBothSidesCloseCleanly() throws Exception {
		int port = listenTCP(Factory.forProtocol(Echo::new));
		try (PythonPeer client = PythonPeer.start("tcp_client.py", port, "sizes")) {
			assertThat(client.lines()).containsExactly("ECHOED 1 True", "ECHOED 2 True", "ECHOED 3 True",
					"ECHOED 1000 True", "ECHOED 4096 True", "ECHOED 65535 True", "ECHOED 65536 True",
					"ECHOED 65537 True", "ECHOED 262144 True", "ECHOED 1048576 True", "LOST ConnectionDone");
		}
		assertThat(next(this.lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void bytesThatComeOneByOneComeBackInOrder() throws Exception {
		int port = listenTCP(Factory.forProtocol(Echo::new));
		try (PythonPeer client = PythonPeer.start("tcp_client.py", port, "byte-by-byte")) {
			assertThat(client.lines()).containsExactly("ECHOED 1000 True", "LOST ConnectionDone");
		}
		assertThat(next(this.lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void aClientThatClosesItsSideAtOnceStillGetsEverythingBack() throws Exception {
		int port = listenTCP(Factory.forProtocol(Echo::new));
		try (PythonPeer client = PythonPeer.start("tcp_client.py", port, "half-close")) {
			assertThat(client.lines()).containsExactly("ECHOED 1048576 True", "LOST ConnectionDone");
		}
		assertThat(next(this.lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void aClientThatAbortsIsAConnectionLost() throws Exception {
		int port = listenTCP(Factory.forProtocol(Echo::new));
		try (PythonPeer client = PythonPeer.start("tcp_client.py", port, "abort")) {
			assertThat(client.lines()).containsExactly("ECHOED 5 True", "LOST ConnectionAborted");
		}
		assertThat(next(this.lost)).isEqualTo("ConnectionLost");
	}

	@Test
	void aConnectionThatTheServerLosesIsDoneOnBothSides() throws Exception {
		int port = listenTCP(Factory.forProtocol(() -> new Echo() {

			@Override
			protected void dataReceived(byte[] data) {
				super.dataReceived(data);
				transport().loseConnection();
			}

		}));
		try (PythonPeer client = PythonPeer.start("tcp_client.py", port, "wait")) {
			assertThat(client.lines()).containsExactly("ECHOED 5 True", "LOST ConnectionDone");
		}
		assertThat(next(this.lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void aConnectionThatTheServerAbortsIsLostToTheClient() throws Exception {
		int port = listenTCP(Factory.forProtocol(() -> new Echo() {

			@Override
			protected void dataReceived(byte[] data) {
				transport().abortConnection();
			}

		}));
		try (PythonPeer client = PythonPeer.start("tcp_client.py", port, "wait")) {
			assertThat(client.lines()).containsExactly("LOST ConnectionLost");
		}
		assertThat(next(this.lost)).isEqualTo("ConnectionAborted");
	}

	@Test
	void anExceptionInTheServersProtocolIsAnOrderlyCloseForTheClient() throws Exception {
		int port = listenTCP(Factory.forProtocol(() -> new Echo() {

			@Override
			protected void dataReceived(byte[] data) {
				super.dataReceived(data);
				throw new IllegalArgumentException("broken on purpose");
			}

		}));
		try (PythonPeer client = PythonPeer.start("tcp_client.py", port, "wait")) {
			assertThat(client.lines()).containsExactly("ECHOED 5 True", "LOST ConnectionDone");
		}
		assertThat(next(this.lost)).isEqualTo("IllegalArgumentException");
	}

	@Test
	void aClosedPortRefusesTheClient() throws Exception {
		ListeningPort port = this.reactor
			.blockingCallFromThread(() -> this.reactor.listenTCP(ANY_PORT, Factory.forProtocol(Echo::new), 10));
		this.reactor.blockingCallFromThread(port::stopListening);
		try (PythonPeer client = PythonPeer.start("tcp_client.py", portOf(port.getHost()), "wait")) {
			assertThat(client.lines()).containsExactly("FAILED ConnectionRefusedError");
		}
	}

	private class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

		@Override
		protected void connectionLost(Failure reason) {
			TwistedClientTests.this.lost.add(nameOf(reason));
		}

	}

}
