package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.twisted.task.Clock;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A recorded session with the real Twisted, played again: the same bytes come out.
 */
class TranscriptTests {

	private static final String HANDSHAKE = "TCP connect, dialect negotiation, version; getRootObject() costs no bytes";

	/** How many failures there had been before: for us that is always the first. */
	private static final String COUNT = "05 82 63 6f 75 6e 74 05 81";

	private final TranscriptRoot root = new TranscriptRoot();

	private final Broker server = Pair.server(new Clock(), this.root, BrokerOptions.defaults());

	@Test
	void theServerAnswersEveryStepOfTheSessionWithTheSameBytes() {
		Wire wire = Wire.open(this.server);
		List<String> expected = new ArrayList<>();
		List<String> actual = new ArrayList<>();
		for (Map.Entry<String, List<String>> step : Session.steps().entrySet()) {
			if (step.getKey().startsWith("login")) {
				break;
			}
			if (step.getKey().startsWith("Unknown")) {
				continue;
			}
			play(step.getValue(), wire, step.getKey(), expected, actual);
		}
		assertThat(actual).isEqualTo(expected).hasSizeGreaterThan(20);
	}

	private static void play(List<String> lines, Wire wire, String step, List<String> expected, List<String> actual) {
		StringBuilder answer = new StringBuilder();
		StringBuilder recorded = new StringBuilder();
		for (String line : lines) {
			String bytes = line.substring(2);
			if (line.startsWith("C ")) {
				wire.receive(bytes);
			}
			else {
				recorded.append(bytes).append(' ');
			}
			answer.append(wire.takeHex()).append(' ');
		}
		expected.add(step + ": " + recorded.toString().replace(COUNT, "05 82 63 6f 75 6e 74 01 81").strip());
		actual.add(step + ": " + answer.toString().strip().replaceAll(" +", " "));
	}

	@TestFactory
	Stream<DynamicTest> everyValueIsEchoedWithTheSameBytes() {
		return Session.values().entrySet().stream().map((value) -> DynamicTest.dynamicTest(value.getKey(), () -> {
			Wire wire = Wire.open(Pair.server(new Clock(), this.root, BrokerOptions.defaults()));
			wire.receive("02 82 70 62");
			wire.take();
			wire.receive("07 80 1a 87 01 81 04 82 72 6f 6f 74 04 82 65 63 68 6f 01 81 02 80 0b 87 " + value.getValue()
					+ " 01 80 05 87");
			assertThat(wire.takeHex()).isEqualTo("03 80 1b 87 01 81 " + value.getValue());
		}));
	}

	@Test
	void theClientSaysTheSameBytes() {
		PBClientFactory factory = new PBClientFactory(new Clock());
		Wire wire = Wire.open(factory.buildProtocol(null));
		Map<String, List<String>> steps = Session.steps();
		wire.receive(steps.get(HANDSHAKE).get(0).substring(2));
		assertThat(wire.takeHex()).isEqualTo(said(steps.get(HANDSHAKE)));
		RemoteReference reference = Pair.result(factory.getRootObject());

		reference.callRemote("echo", "hi");
		assertThat(wire.takeHex()).isEqualTo(said(steps.get("callRemote(\"echo\",\"hi\")")));
		for (int i = 2; i < 0x2a; i++) {
			reference.callRemote("echo", i);
		}
		wire.take();
		reference.remoteMethod("kw").with("b", 2).with("c", "z").call(1);
		assertThat(wire.takeHex()).isEqualTo(said(steps.get("kw call")));
		reference.callRemote("same");
		assertThat(wire.takeHex()).isEqualTo(said(steps.get("same list twice (reference/dereference)")));
		reference.callRemote("cyc");
		reference.callRemote("deferred_ok");
		wire.take();
		reference.callRemoteOnly("echo", "x");
		assertThat(wire.takeHex()).isEqualTo(said(steps.get("no answer (pbanswer=False)")));
	}

	@Test
	void theClientLogsInWithTheSameBytes() {
		PBClientFactory factory = new PBClientFactory(new Clock());
		Wire wire = Wire.open(factory.buildProtocol(null));
		List<String> step = Session.steps().get("login user1/pass1 with mind");
		factory.login(new dev.twisted.spread.cred.UsernamePassword("user1", "pass1"), new TranscriptRoot.Counter());
		for (String line : step) {
			if (line.startsWith("S ")) {
				wire.receive(line.substring(2));
			}
		}
		assertThat(wire.takeHex()).isEqualTo(said(step));
	}

	private static String said(List<String> step) {
		return String.join(" ",
				step.stream().filter((line) -> line.startsWith("C ")).map((line) -> line.substring(2)).toList());
	}

}
