package dev.twisted.boot.autoconfigure;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what log lines of servers tell about themselves.
 */
@Timeout(60)
class LogContextTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class))
		.withUserConfiguration(Telling.class, TellingDatagrams.class)
		.withPropertyValues("twisted.servers.one.port=0", "twisted.servers.one.address=127.0.0.1",
				"twisted.servers.two.port=0", "twisted.servers.two.address=127.0.0.1", "twisted.servers.udp.port=0",
				"twisted.servers.udp.address=127.0.0.1");

	@Test
	void aConnectionKnowsItsServerAndItsNumber() {
		this.runner.run((context) -> {
			String first = tell(context, "one");
			String second = tell(context, "one");
			assertThat(first).matches("one/\\d+");
			assertThat(second).matches("one/\\d+").isNotEqualTo(first);
			assertThat(tell(context, "two")).matches("two/\\d+").isNotEqualTo(second);
		});
	}

	@Test
	void aDatagramKnowsItsServer() {
		this.runner.run((context) -> {
			try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
				socket.setSoTimeout(30_000);
				socket
					.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress("127.0.0.1", port(context, "udp"))));
				DatagramPacket answer = new DatagramPacket(new byte[100], 100);
				socket.receive(answer);
				assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8))
					.isEqualTo("udp/null");
			}
		});
	}

	@Test
	void nothingIsToldWhenThatIsTurnedOff() {
		this.runner.withPropertyValues("twisted.reactor.log-context=false")
			.run((context) -> assertThat(tell(context, "one")).isEqualTo("null/null"));
	}

	private static String tell(ApplicationContext context, String server) throws IOException {
		try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port(context, server))) {
			socket.setSoTimeout(30_000);
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static int port(ApplicationContext context, String server) {
		return context.getEnvironment().getRequiredProperty("local.twisted." + server + ".port", Integer.class);
	}

	private static byte[] here() {
		return (MDC.get("twisted.server") + "/" + MDC.get("twisted.connection")).getBytes(StandardCharsets.UTF_8);
	}

	@ProtocolHandler({ "one", "two" })
	static class Telling extends Protocol {

		@Override
		protected void connectionMade() {
			transport().write(here());
			transport().loseConnection();
		}

	}

	@ProtocolHandler("udp")
	static class TellingDatagrams extends DatagramProtocol {

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			transport().write(here(), address);
		}

	}

}
