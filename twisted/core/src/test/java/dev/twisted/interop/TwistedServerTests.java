package dev.twisted.interop;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Our TCP clients against servers of the real Twisted.
 */
@ParameterizedClass
@EnumSource(names = { "NIO", "EPOLL" })
class TwistedServerTests extends InteropSetup {

	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	private final BlockingQueue<Transport> connections = new LinkedBlockingQueue<>();

	private final ByteBuf received = Unpooled.buffer();

	private volatile int expected;

	@Test
	void aMebibyteComesBackAndLosingTheConnectionIsDoneOnBothSides() throws Exception {
		try (PythonPeer server = PythonPeer.start("tcp_server.py", "echo")) {
			Transport connection = connect(server);
			byte[] message = pattern(1 << 20);
			send(connection, message, message.length);
			assertThat(this.received.array()).startsWith(message);
			connection.loseConnection();
			assertThat(next(this.events)).isEqualTo("lost ConnectionDone");
			assertThat(server.line()).isEqualTo("LOST ConnectionDone");
			assertThat(next(this.events)).isEqualTo("factory lost ConnectionDone");
		}
	}

	@Test
	void aConnectionThatTheServerLosesIsDoneOnBothSides() throws Exception {
		try (PythonPeer server = PythonPeer.start("tcp_server.py", "echo")) {
			Transport connection = connect(server);
			send(connection, "close".getBytes(US_ASCII), "closing".length());
			assertThat(this.received.toString(US_ASCII)).isEqualTo("closing");
			assertThat(next(this.events)).isEqualTo("lost ConnectionDone");
			assertThat(server.line()).isEqualTo("LOST ConnectionDone");
		}
	}

	@Test
	void aConnectionThatWeAbortIsLostToTheServer() throws Exception {
		try (PythonPeer server = PythonPeer.start("tcp_server.py", "echo")) {
			Transport connection = connect(server);
			send(connection, "hello".getBytes(US_ASCII), 5);
			connection.abortConnection();
			assertThat(next(this.events)).isEqualTo("lost ConnectionAborted");
			assertThat(server.line()).isEqualTo("LOST ConnectionLost");
		}
	}

	@Test
	void aConnectionThatTheServerAbortsIsLostToUs() throws Exception {
		try (PythonPeer server = PythonPeer.start("tcp_server.py", "echo")) {
			Transport connection = connect(server);
			connection.write("abort".getBytes(US_ASCII));
			assertThat(next(this.events)).isEqualTo("lost ConnectionLost");
			assertThat(server.line()).isEqualTo("LOST ConnectionAborted");
		}
	}

	@Test
	void theServersLastWordArrivesAfterWeClosedOurSide() throws Exception {
		try (PythonPeer server = PythonPeer.start("tcp_server.py", "half-close")) {
			Transport connection = connect(server);
			this.expected = "hello".length() + "last word".length();
			connection.write("hello".getBytes(US_ASCII));
			connection.loseWriteConnection();
			assertThat(next(this.events)).isEqualTo("received");
			assertThat(this.received.toString(US_ASCII)).isEqualTo("hellolast word");
			assertThat(next(this.events)).isEqualTo("lost ConnectionDone");
			assertThat(server.line()).isEqualTo("READ-LOST");
			assertThat(server.line()).isEqualTo("LOST ConnectionDone");
		}
	}

	@Test
	void aServerThatIsGoneRefusesTheConnection() throws Exception {
		int port;
		try (PythonPeer server = PythonPeer.start("tcp_server.py", "echo")) {
			port = server.port();
		}
		this.reactor.blockingCallFromThread(() -> this.reactor.connectTCP("127.0.0.1", port, new Clients()));
		assertThat(next(this.events)).isEqualTo("failed ConnectionRefusedException");
	}

	private Transport connect(PythonPeer server) throws Exception {
		int port = server.port();
		this.reactor.blockingCallFromThread(() -> this.reactor.connectTCP("127.0.0.1", port, new Clients()));
		Transport connection = next(this.connections);
		assertThat(server.line()).isEqualTo("MADE");
		return connection;
	}

	private void send(Transport connection, byte[] data, int answer) throws InterruptedException {
		this.expected = answer;
		connection.write(data);
		assertThat(next(this.events)).isEqualTo("received");
	}

	private final class Clients extends ClientFactory {

		@Override
		public Protocol buildProtocol(Address address) {
			return new Client();
		}

		@Override
		public void clientConnectionFailed(Connector connector, Failure reason) {
			TwistedServerTests.this.events.add("failed " + nameOf(reason));
		}

		@Override
		public void clientConnectionLost(Connector connector, Failure reason) {
			TwistedServerTests.this.events.add("factory lost " + nameOf(reason));
		}

	}

	private final class Client extends Protocol {

		@Override
		protected void connectionMade() {
			TwistedServerTests.this.connections.add(transport());
		}

		@Override
		protected void dataReceived(byte[] data) {
			TwistedServerTests.this.received.writeBytes(data);
			if (TwistedServerTests.this.received.readableBytes() == TwistedServerTests.this.expected) {
				TwistedServerTests.this.events.add("received");
			}
		}

		@Override
		protected void connectionLost(Failure reason) {
			TwistedServerTests.this.events.add("lost " + nameOf(reason));
		}

	}

}
