package dev.twisted.interop;

import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.ListeningPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Datagrams to and from the real Twisted.
 */
@ParameterizedClass
@EnumSource(names = { "NIO", "EPOLL" })
class TwistedUDPTests extends InteropSetup {

	@Test
	void datagramsOfAllSizesComeBackToAClient() throws Exception {
		int port = portOf(listenUDP(new Echo()).getHost());
		try (PythonPeer client = PythonPeer.start("udp_client.py", port, "unconnected", 1, 100, 1500, 8192)) {
			assertThat(client.lines()).containsExactly("ANSWERED 1 1 True True", "ANSWERED 100 100 True True",
					"ANSWERED 1500 1500 True True", "ANSWERED 8192 8192 True True");
		}
	}

	@Test
	void anEmptyDatagramOfAClientIsDelivered() throws Exception {
		int port = portOf(listenUDP(new DatagramProtocol() {

			@Override
			protected void datagramReceived(byte[] data, InetSocketAddress address) {
				transport().write(pattern(data.length + 1), address);
			}

		}).getHost());
		try (PythonPeer client = PythonPeer.start("udp_client.py", port, "unconnected", 0)) {
			assertThat(client.lines()).containsExactly("ANSWERED 0 1 False True");
		}
	}

	@Test
	void anEmptyDatagramIsSentBackToAClient() throws Exception {
		int port = portOf(listenUDP(new Echo()).getHost());
		try (PythonPeer client = PythonPeer.start("udp_client.py", port, "unconnected", 0)) {
			assertThat(client.lines()).containsExactly("ANSWERED 0 0 True True");
		}
	}

	@Test
	void ourEmptyDatagramsComeBackFromAServer() throws Exception {
		Client client = new Client();
		listenUDP(client);
		try (PythonPeer server = PythonPeer.start("udp_server.py")) {
			InetSocketAddress address = new InetSocketAddress("127.0.0.1", server.port());
			client.transport().write(new byte[0], address);
			assertThat(next(client.answers)).isEmpty();
		}
	}

	@Test
	void aDatagramOverTheLimitIsCutAndThePortGoesOn() throws Exception {
		int port = portOf(listenUDP(new Echo()).getHost());
		try (PythonPeer client = PythonPeer.start("udp_client.py", port, "unconnected", 9000, 60000, 10)) {
			assertThat(client.lines()).containsExactly("ANSWERED 9000 8192 True True", "ANSWERED 60000 8192 True True",
					"ANSWERED 10 10 True True");
		}
	}

	@Test
	void aConnectedClientGetsItsAnswers() throws Exception {
		int port = portOf(listenUDP(new Echo()).getHost());
		try (PythonPeer client = PythonPeer.start("udp_client.py", port, "connected", 1, 100)) {
			assertThat(client.lines()).containsExactly("ANSWERED 1 1 True True", "ANSWERED 100 100 True True");
		}
	}

	@Test
	void aConnectedClientIsRefusedWhereOurPortWasClosed() throws Exception {
		ListeningPort port = listenUDP(new Echo());
		this.reactor.blockingCallFromThread(port::stopListening);
		try (PythonPeer client = PythonPeer.start("udp_client.py", portOf(port.getHost()), "connected", 1)) {
			assertThat(client.lines()).containsExactly("REFUSED");
		}
	}

	@Test
	void ourDatagramsComeBackFromAServer() throws Exception {
		Client client = new Client();
		listenUDP(client);
		try (PythonPeer server = PythonPeer.start("udp_server.py")) {
			InetSocketAddress address = new InetSocketAddress("127.0.0.1", server.port());
			for (int size : new int[] { 1, 100, 1500, 8192 }) {
				client.transport().write(pattern(size), address);
				assertThat(next(client.answers)).isEqualTo(pattern(size));
				assertThat(next(client.senders)).isEqualTo(address);
			}
		}
	}

	@Test
	void ourConnectedPortGetsAnswersAndHearsWhenTheServerIsGone() throws Exception {
		Client client = new Client();
		listenUDP(client);
		try (PythonPeer server = PythonPeer.start("udp_server.py")) {
			client.transport().connect("127.0.0.1", server.port());
			client.transport().write(pattern(100));
			assertThat(next(client.answers)).isEqualTo(pattern(100));
		}
		client.transport().write(pattern(1));
		assertThat(next(client.refusals)).isEqualTo("refused");
	}

	private static final class Echo extends DatagramProtocol {

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			transport().write(data, address);
		}

	}

	private static final class Client extends DatagramProtocol {

		private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();

		private final BlockingQueue<InetSocketAddress> senders = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			this.answers.add(data);
			this.senders.add(address);
		}

		@Override
		protected void connectionRefused() {
			this.refusals.add("refused");
		}

	}

}
