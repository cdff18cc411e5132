package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionLimits;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.protocols.LengthLimitExceededException;
import dev.twisted.protocols.LineReceiver;
import dev.twisted.protocols.policies.WrappingFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A port says how long frames may be, and counts those that are longer.
 */
@EveryTransport
class FrameLimitTests {

	private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

	@RegisterExtension
	private final RunningReactor running;

	private final BlockingQueue<Failure> lost = new LinkedBlockingQueue<>();

	private ListeningPort port;

	FrameLimitTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@AfterEach
	void stopListening() {
		if (this.port != null) {
			this.running.result(this.running.call(this.port::stopListening));
		}
	}

	private void listen(Factory factory, ConnectionLimits limits) {
		this.port = this.running.call(() -> {
			ListeningPort opened = this.running.get().listenTCP(ANY, factory, ListenOptions.DEFAULTS);
			opened.setLimits(limits);
			return opened;
		});
	}

	private Failure nextLost() throws InterruptedException {
		Failure reason = this.lost.poll(20, TimeUnit.SECONDS);
		assertThat(reason).isNotNull();
		return reason;
	}

	@Test
	void theLengthThatThePortAllowsHoldsInPlaceOfTheProtocolsOwn() throws Exception {
		listen(Factory.forProtocol(Lines::new), ConnectionLimits.NONE.withFrameLength(3));
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.ask("abc\r\n")).isEqualTo("abc\r\n");
			assertThat(this.port.framesTooLong()).isZero();
			assertThat(peer.ask("abcd\r\n")).isEmpty();
		}
		assertThat(nextLost().value()).isInstanceOf(LengthLimitExceededException.class);
		assertThat(this.port.framesTooLong()).isEqualTo(1);
	}

	@Test
	void thePortMayAllowMoreThanTheProtocolsOwn() throws Exception {
		listen(Factory.forProtocol(Short::new), ConnectionLimits.NONE.withFrameLength(5));
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.ask("abcde\r\n")).isEqualTo("abcde\r\n");
		}
		nextLost();
	}

	@Test
	void framesOverTheProtocolsOwnLengthAreCountedAlsoWhenTheConnectionStays() throws Exception {
		listen(Factory.forProtocol(() -> new Short() {

			@Override
			protected void lineLengthExceeded(byte[] line) {
				sendLine("too long");
			}

		}), ConnectionLimits.NONE);
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.ask("abcd\r\n")).isEqualTo("too long\r\n");
			assertThat(peer.ask("abcd\r\n")).isEqualTo("too long\r\n");
			assertThat(this.port.framesTooLong()).isEqualTo(2);
		}
		nextLost();
	}

	@Test
	void aProtocolInAWrapperIsToldAsWell() throws Exception {
		listen(new WrappingFactory(Factory.forProtocol(Lines::new)), ConnectionLimits.NONE.withFrameLength(3));
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.ask("abcd\r\n")).isEmpty();
		}
		assertThat(nextLost().value()).isInstanceOf(LengthLimitExceededException.class);
		assertThat(this.port.framesTooLong()).isEqualTo(1);
	}

	@Test
	void aProtocolWithoutFramesGoesOnAndTheLogSaysSoOnce() throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(ListeningPort.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		try {
			listen(Factory.forProtocol(Plain::new), ConnectionLimits.NONE.withFrameLength(3));
			for (int i = 0; i < 2; i++) {
				try (Peer peer = new Peer(this.port)) {
					assertThat(peer.ask("abcd")).isEqualTo("abcd");
				}
				nextLost();
			}
		}
		finally {
			logger.detachAppender(log);
		}
		assertThat(log.list).map(ILoggingEvent::getFormattedMessage)
			.filteredOn((message) -> message.contains("length of frames"))
			.singleElement()
			.asString()
			.contains("Plain");
	}

	@Test
	void aLengthThatLetsNothingThroughIsNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> ConnectionLimits.NONE.withFrameLength(0));
	}

	private class Lines extends LineReceiver {

		@Override
		protected void lineReceived(byte[] line) {
			sendLine(line);
		}

		@Override
		protected void connectionLost(Failure reason) {
			FrameLimitTests.this.lost.add(reason);
		}

	}

	private class Short extends Lines {

		Short() {
			setMaxLength(3);
		}

	}

	private final class Plain extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

		@Override
		protected void connectionLost(Failure reason) {
			FrameLimitTests.this.lost.add(reason);
		}

	}

}
