package dev.twisted.internet.netty;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.internet.Address;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@EveryTransport
class BindFailureTests {

	/** Set aside for documentation: no machine has it. */
	private static final String NOT_LOCAL = "203.0.113.1";

	@RegisterExtension
	private final RunningReactor running;

	private final Factory factory = Factory.forProtocol(Recorder::new);

	private Reactor reactor;

	BindFailureTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@BeforeEach
	void reactor() {
		this.reactor = this.running.get();
	}

	@Test
	void aPortInUseCannotBeListenedOn() throws Exception {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			InetSocketAddress taken = (InetSocketAddress) other.getLocalSocketAddress();
			this.running.run(() -> assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.listenTCP(taken, this.factory, 5))
				.withMessageContaining("Couldn't listen on")
				.withMessageContaining(":" + taken.getPort())
				.withMessageContaining("Address already in use")
				.satisfies((ex) -> assertThat(ex.address()).isEqualTo(taken)));
		}
		assertThat(this.factory.numPorts()).isZero();
	}

	@Test
	void aPortInUseCannotReceiveDatagrams() throws Exception {
		try (DatagramSocket other = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
			InetSocketAddress taken = (InetSocketAddress) other.getLocalSocketAddress();
			this.running.run(() -> assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.listenUDP(taken, new Silent(), 100))
				.withMessageContaining("Address already in use")
				.satisfies((ex) -> assertThat(ex.address()).isEqualTo(taken)));
		}
	}

	@Test
	void anAddressOfAnotherMachineCannotBeListenedOn() {
		InetSocketAddress remote = new InetSocketAddress(NOT_LOCAL, 0);
		this.running.run(() -> {
			assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.listenTCP(remote, this.factory, 5))
				.satisfies((ex) -> assertThat(ex.address()).isEqualTo(remote));
			assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.listenUDP(remote, new Silent(), 100))
				.satisfies((ex) -> assertThat(ex.address()).isEqualTo(remote));
		});
	}

	@Test
	void aNameThatWasNotLookedUpCannotBeListenedOn() {
		InetSocketAddress name = InetSocketAddress.createUnresolved("localhost", 0);
		this.running.run(() -> {
			assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.listenTCP(name, this.factory, 5))
				.satisfies((ex) -> assertThat(ex.address()).isEqualTo(name));
			assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.listenUDP(name, new Silent(), 100))
				.satisfies((ex) -> assertThat(ex.address()).isEqualTo(name));
		});
	}

	@Test
	void failingToBindBeforeTheReactorRunsIsToldAtOnceAsWell() throws Exception {
		this.running.stop();
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			InetSocketAddress taken = (InetSocketAddress) other.getLocalSocketAddress();
			assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.listenTCP(taken, this.factory, 5))
				.satisfies((ex) -> assertThat(ex.address()).isEqualTo(taken));
		}
		// The loops that were made for it end with the next stop.
		this.reactor.start();
		this.running.stop();
	}

	@Test
	void anAddressIsFreeAgainAfterAFailure() {
		AtomicInteger starts = new AtomicInteger();
		Factory failing = new Factory() {
			@Override
			protected void startFactory() {
				starts.incrementAndGet();
				throw new IllegalStateException("no database");
			}

			@Override
			public Protocol buildProtocol(Address address) {
				return new Recorder();
			}
		};
		ListeningPort first = listen(0, this.factory);
		int number = first.getHost().port();
		stopListening(first);
		this.running.run(() -> assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor.listenTCP(loopback(number), failing, 5))
			.withMessageContaining("no database")
			.satisfies((ex) -> assertThat(ex.address().getPort()).isEqualTo(number)));
		assertThat(starts).hasValue(1);
		assertThat(failing.numPorts()).isZero();
		// The selectors of Java give a port back in the loop's next turn.
		ListeningPort again = Awaitility.await()
			.ignoreExceptionsInstanceOf(CannotListenException.class)
			.until(() -> listen(number, this.factory), (port) -> port.getHost().port() == number);
		stopListening(again);
	}

	@Test
	void aFactoryThatDiesOnStartingHasNoPortEither() {
		Factory failing = new Factory() {
			@Override
			protected void startFactory() {
				throw new AssertionError("broken");
			}

			@Override
			public Protocol buildProtocol(Address address) {
				return new Recorder();
			}
		};
		this.running.run(() -> assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor.listenTCP(loopback(0), failing, 5))
			.withMessageContaining("broken"));
		assertThat(failing.numPorts()).isZero();
	}

	@Test
	void aPortMayBeListenedOnAgainAsSoonAsItHasClosed() {
		int number = 0;
		for (int i = 0; i < 20; i++) {
			ListeningPort port = listen(number, this.factory);
			number = port.getHost().port();
			int again = number;
			ListeningPort second = this.running
				.result(this.running.call(() -> port.stopListening().addCallback((nothing) -> {
					assertThat(port.listening()).isFalse();
					return this.reactor.listenTCP(loopback(again), this.factory, 5);
				})));
			stopListening(second);
		}
		assertThat(this.factory.numPorts()).isZero();
	}

	@Test
	void aBacklogOrAPacketSizeThatCannotBeIsRefused() {
		this.running.run(() -> {
			assertThatIllegalArgumentException().isThrownBy(() -> this.reactor.listenTCP(loopback(0), this.factory, 0))
				.withMessageContaining("backlog");
			assertThatIllegalArgumentException().isThrownBy(() -> this.reactor.listenUDP(loopback(0), new Silent(), 0))
				.withMessageContaining("0 bytes");
		});
	}

	private ListeningPort listen(int port, Factory factory) {
		return this.running.call(() -> this.reactor.listenTCP(loopback(port), factory, 5));
	}

	private void stopListening(ListeningPort port) {
		this.running.result(this.running.call(port::stopListening));
	}

	private static InetSocketAddress loopback(int port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	private static final class Silent extends DatagramProtocol {

	}

}
