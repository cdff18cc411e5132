package dev.twisted.demo.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * Sends one datagram a line and takes the next one that comes back as its answer.
 */
final class UdpClient implements Client {

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private static final int LARGEST_DATAGRAM = 65535;

	@Override
	public String name() {
		return "udp";
	}

	@Override
	public String server() {
		return "udp-echo";
	}

	@Override
	public Deferred<Conversation> open(Reactor reactor, String host, int port) {
		// Looking up a name blocks.
		return reactor.deferToThread(() -> InetAddress.getByName(host).getHostAddress())
			.<Conversation>addCallback((address) -> {
				UdpProtocol protocol = new UdpProtocol(reactor);
				reactor.listenUDP(new InetSocketAddress(0), protocol, LARGEST_DATAGRAM);
				protocol.transport().connect(address, port);
				return protocol;
			});
	}

	private static final class UdpProtocol extends DatagramProtocol implements Conversation {

		private final Reactor reactor;

		private @Nullable Deferred<byte[]> answer;

		UdpProtocol(Reactor reactor) {
			this.reactor = reactor;
		}

		@Override
		public Deferred<byte[]> ask(byte[] question) {
			Deferred<byte[]> answer = new Deferred<>();
			this.answer = answer;
			transport().write(question);
			return answer.addTimeout(PATIENCE, this.reactor).addErrback((failure) -> {
				failure.trap(TimeoutException.class);
				throw new IOException("no answer within %d s".formatted(PATIENCE.toSeconds()));
			});
		}

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			Deferred<byte[]> waiting = takeAnswer();
			if (waiting != null) {
				waiting.callback(data);
			}
		}

		@Override
		protected void connectionRefused() {
			Deferred<byte[]> waiting = takeAnswer();
			if (waiting != null) {
				waiting.errback(new IOException("nobody listens there"));
			}
		}

		private @Nullable Deferred<byte[]> takeAnswer() {
			Deferred<byte[]> waiting = this.answer;
			this.answer = null;
			return waiting;
		}

		@Override
		public void close() {
			transport().stopListening();
		}

	}

}
