package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
class MulticastTests {

	private static final String GROUP = "239.255.77.7";

	@RegisterExtension
	private final RunningReactor running;

	private final List<ListeningPort> ports = new ArrayList<>();

	private Reactor reactor;

	private NetworkInterface loopback;

	private InetAddress group;

	MulticastTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@BeforeEach
	void reactor() throws Exception {
		this.reactor = this.running.get();
		this.loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
		this.group = InetAddress.getByName(GROUP);
	}

	@AfterEach
	void close() {
		this.ports.forEach((port) -> this.running.result(this.running.call(port::stopListening)));
	}

	@Test
	void aMemberOfAGroupGetsWhatIsSentToIt() {
		Member member = member(0, false);
		join(member);
		Member sender = sender();
		send(sender, "hello", port(member));
		Awaitility.await().untilAsserted(() -> assertThat(member.received).containsExactly("hello"));
	}

	@Test
	void whoIsNoMemberGetsNothing() {
		Member member = member(0, true);
		Member other = member(port(member), true);
		join(other);
		Member sender = sender();
		send(sender, "hello", port(member));
		Awaitility.await().untilAsserted(() -> assertThat(other.received).containsExactly("hello"));
		this.running.run(() -> {
		});
		assertThat(member.received).isEmpty();
	}

	@Test
	void severalMembersMayListenOnOnePort() {
		Member one = member(0, true);
		Member other = member(port(one), true);
		join(one);
		join(other);
		send(sender(), "hello", port(one));
		Awaitility.await().untilAsserted(() -> {
			assertThat(one.received).containsExactly("hello");
			assertThat(other.received).containsExactly("hello");
		});
	}

	@Test
	void aPortIsOnesOwnUnlessSeveralMayListen() {
		int taken = port(member(0, false));
		this.running.run(() -> assertThatExceptionOfType(CannotListenException.class).isThrownBy(
				() -> this.reactor.listenMulticast(new InetSocketAddress("0.0.0.0", taken), new Member(), 100, false)));
	}

	@Test
	void whoHasLeftAGroupGetsNothingMore() {
		Member leaving = member(0, true);
		Member staying = member(port(leaving), true);
		join(leaving);
		join(staying);
		Member sender = sender();
		send(sender, "first", port(leaving));
		Awaitility.await().untilAsserted(() -> assertThat(leaving.received).containsExactly("first"));
		this.running.result(leaving.transport().leaveGroup(this.group, this.loopback));
		send(sender, "second", port(leaving));
		Awaitility.await().untilAsserted(() -> assertThat(staying.received).containsExactly("first", "second"));
		this.running.run(() -> {
		});
		assertThat(leaving.received).containsExactly("first");
	}

	@Test
	void aGroupMayBeJoinedAgain() {
		Member member = member(0, false);
		join(member);
		this.running.result(member.transport().leaveGroup(this.group, this.loopback));
		join(member);
		send(sender(), "hello", port(member));
		Awaitility.await().untilAsserted(() -> assertThat(member.received).containsExactly("hello"));
	}

	@Test
	void theLoopbackModeIsTheOneOfTheSocket() throws Exception {
		// The loopback interface brings back everything, so the option itself must tell.
		Member member = new Member();
		DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)
			.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		this.ports.add(this.running.call(() -> this.reactor.adoptDatagramPort(channel, member)));
		for (boolean enabled : new boolean[] { false, true, false }) {
			this.running.run(() -> member.transport().setLoopbackMode(enabled));
			assertThat(channel.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isEqualTo(enabled);
		}
	}

	@Test
	void aTimeToLiveOfZeroStaysOnThisMachine() {
		Member member = member(0, false);
		join(member);
		Member sender = sender();
		sender.transport().setTTL(0);
		send(sender, "near", port(member));
		sender.transport().setTTL(255);
		send(sender, "far", port(member));
		Awaitility.await().untilAsserted(() -> assertThat(member.received).containsExactly("near", "far"));
	}

	@Test
	void anAddressThatIsNoGroupCannotBeJoined() {
		Member member = member(0, false);
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> this.running
			.result(member.transport().joinGroup(InetAddress.getLoopbackAddress(), this.loopback)));
	}

	@Test
	void aGroupThatWasNotJoinedCannotBeLeft() {
		Member member = member(0, false);
		assertThatIllegalStateException()
			.isThrownBy(() -> this.running.result(member.transport().leaveGroup(this.group, this.loopback)))
			.withMessageContaining(GROUP);
	}

	@Test
	void aGroupCannotBeJoinedTwice() {
		Member member = member(0, false);
		join(member);
		assertThatIllegalStateException().isThrownBy(() -> join(member)).withMessageContaining(GROUP);
		send(sender(), "hello", port(member));
		Awaitility.await().untilAsserted(() -> assertThat(member.received).containsExactly("hello"));
	}

	@Test
	void aGroupCannotBeJoinedOnAClosedPort() {
		Member member = new Member();
		ListeningPort port = this.running
			.call(() -> this.reactor.listenMulticast(new InetSocketAddress("0.0.0.0", 0), member, 100, false));
		dev.twisted.internet.DatagramTransport transport = member.transport();
		this.running.result(this.running.call(port::stopListening));
		assertThatExceptionOfType(Throwable.class)
			.isThrownBy(() -> this.running.result(transport.joinGroup(this.group, this.loopback)));
	}

	@Test
	void anotherPortThanTheFirstMayBeBoundToTheLoopbackAddress() {
		Member member = new Member();
		ListeningPort port = this.running.call(() -> this.reactor
			.listenMulticast(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), member, 100, false));
		this.ports.add(port);
		send(member, "direct", new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getHost().port()));
		Awaitility.await().untilAsserted(() -> assertThat(member.received).containsExactly("direct"));
	}

	private Member member(int port, boolean listenMultiple) {
		Member member = new Member();
		this.ports.add(this.running.call(() -> this.reactor.listenMulticast(new InetSocketAddress("0.0.0.0", port),
				member, 100, listenMultiple)));
		return member;
	}

	/** One that sends on the loopback interface. */
	private Member sender() {
		Member sender = member(0, false);
		sender.transport().setOutgoingInterface(this.loopback);
		sender.transport().setLoopbackMode(true);
		return sender;
	}

	private void join(Member member) {
		this.running.result(member.transport().joinGroup(this.group, this.loopback));
	}

	private void send(Member sender, String text, int port) {
		send(sender, text, new InetSocketAddress(this.group, port));
	}

	private void send(Member sender, String text, InetSocketAddress address) {
		this.running.run(() -> sender.transport().write(text.getBytes(StandardCharsets.US_ASCII), address));
		// Sent at the end of that turn.
		this.running.run(() -> {
		});
	}

	private static int port(Member member) {
		return member.transport().getHost().port();
	}

	private static final class Member extends DatagramProtocol {

		private final List<String> received = new CopyOnWriteArrayList<>();

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			this.received.add(new String(data, StandardCharsets.US_ASCII));
		}

	}

}
