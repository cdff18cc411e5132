package dev.twisted.interop;

import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import io.netty.channel.epoll.Epoll;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running reactor for each test, on each event loop model.
 */
abstract class InteropSetup {

	static final long TIMEOUT_SECONDS = 20;

	static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

	@Parameter
	EventLoopModel model;

	Reactor reactor;

	@BeforeEach
	void startReactor() {
		PythonPeer.requireTwisted();
		if (this.model == EventLoopModel.EPOLL) {
			Assumptions.assumeTrue(Epoll.isAvailable(), "There is no epoll on this machine");
		}
		this.reactor = new ReactorBuilder().eventLoopModel(this.model).build();
		this.reactor.start();
	}

	@AfterEach
	void stopReactor() throws InterruptedException {
		if (this.reactor == null) {
			return;
		}
		CountDownLatch stopped = new CountDownLatch(1);
		this.reactor.stop().addBoth((nothing, failure) -> {
			stopped.countDown();
			return null;
		});
		assertThat(stopped.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("the reactor has stopped").isTrue();
	}

	/**
	 * Listen on any free TCP port.
	 */
	int listenTCP(Factory factory) throws Exception {
		ListeningPort port = this.reactor.blockingCallFromThread(() -> this.reactor.listenTCP(ANY_PORT, factory, 10));
		return portOf(port.getHost());
	}

	/**
	 * Listen on any free UDP port.
	 */
	ListeningPort listenUDP(DatagramProtocol protocol) throws Exception {
		return this.reactor.blockingCallFromThread(() -> this.reactor.listenUDP(ANY_PORT, protocol, 8192));
	}

	static int portOf(Address address) {
		return ((IPv4Address) address).port();
	}

	/**
	 * Wait for the next of some events.
	 */
	static <T> T next(BlockingQueue<T> events) throws InterruptedException {
		@Nullable T event = events.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
		assertThat(event).as("an event within %d seconds", TIMEOUT_SECONDS).isNotNull();
		return event;
	}

	/**
	 * The name of a close reason, as Twisted has it.
	 */
	static String nameOf(Failure reason) {
		return reason.type().getSimpleName();
	}

	/**
	 * The same bytes as the Python side makes.
	 */
	static byte[] pattern(int size) {
		byte[] bytes = new byte[size];
		for (int i = 0; i < size; i++) {
			bytes[i] = (byte) (i * 31 + (i >> 8));
		}
		return bytes;
	}

}
