package dev.twisted.boot.autoconfigure;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.twisted.boot.autoconfigure.TwistedProperties.Server;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ssl.ClientAuth;
import dev.twisted.protocols.LineReceiver;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServerSpecsTests {

	private static final TwistedProperties.Ssl SSL = new TwistedProperties.Ssl("server", ClientAuth.NONE,
			Duration.ofSeconds(10), Map.of(), List.of());

	private final Map<String, Server> servers = new LinkedHashMap<>();

	@Test
	void aServerIsMatchedWithItsHandler() {
		this.servers.put("echo", on(7));
		assertThat(resolve(tcp("echo"))).singleElement().satisfies((spec) -> {
			assertThat(spec.name()).isEqualTo("echo");
			assertThat(spec.port()).isEqualTo(7);
			assertThat(spec.tcp()).isNotNull();
			assertThat(spec.udp()).isNull();
		});
	}

	@Test
	void aServerMayHaveAHandlerForTcpAndOneForUdp() {
		this.servers.put("echo", on(7));
		assertThat(resolve(tcp("echo"), udp("echo"))).singleElement().satisfies((spec) -> {
			assertThat(spec.tcp()).isNotNull();
			assertThat(spec.udp()).isNotNull();
		});
	}

	@Test
	void aHandlerWithoutAConfiguredServerIsAnError() {
		this.servers.put("other", on(7));
		assertFailure(tcp("echo")).withMessageContaining("'echo'")
			.withMessageContaining("Configured servers: other")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("twisted.servers.echo.port"));
	}

	@Test
	void aServerWithoutAHandlerIsAnError() {
		this.servers.put("echo", on(7));
		assertFailure().withMessageContaining("'echo'")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("@ProtocolHandler(\"echo\")")
				.contains("twisted.servers.echo.enabled"));
	}

	@Test
	void aDisabledServerNeedsNoHandlerAndItsHandlerIsContent() {
		this.servers.put("off", new Server(null, null, null, "666", null, null, false, Duration.ofSeconds(10), false, 1,
				1, -1, -1, null, null, null, null, null, null, false, false));
		assertThat(resolve()).isEmpty();
		assertThat(resolve(tcp("off"))).isEmpty();
	}

	@Test
	void aServerWithoutAPortIsAnError() {
		this.servers.put("echo", on(null));
		assertFailure(tcp("echo")).withMessageContaining("no port")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("twisted.servers.echo.port"));
	}

	@Test
	void aServerOnAUnixSocketNeedsNoPort() {
		this.servers.put("echo", atPath("/run/echo", null, null));
		assertThat(resolve(tcp("echo"))).singleElement()
			.satisfies((spec) -> assertThat(spec.path()).isEqualTo(Path.of("/run/echo")));
	}

	@Test
	void aServerWithAPortAndAPathIsAnError() {
		this.servers.put("echo", atPath("/run/echo", 7, null));
		assertFailure(tcp("echo")).withMessageContaining("both a port and a path");
	}

	@Test
	void twoServersOnOneUnixSocketAreAnError() {
		this.servers.put("one", atPath("/run/echo", null, null));
		this.servers.put("two", atPath("/run/echo", null, null));
		this.servers.put("three", atPath("/run/other", null, null));
		assertFailure(tcp("one"), tcp("two"), tcp("three")).withMessageContaining("/run/echo")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("twisted.servers.one.path")
				.contains("twisted.servers.two.path"));
	}

	@Test
	void aUnixSocketHasNoDatagrams() {
		this.servers.put("echo", atPath("/run/echo", null, null));
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.path");
	}

	@Test
	void aUnixSocketMayHaveTls() {
		this.servers.put("echo", atPath("/run/echo", null, SSL));
		assertThat(resolve(tcp("echo"))).hasSize(1);
	}

	@Test
	void aLengthOfFramesIsAnErrorWhereThereAreNone() {
		this.servers.put("echo", framed());
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.max-frame-length");
		assertFailure(handler(Plain.class, HandlerKind.PROTOCOL))
			.withMessageContaining("twisted.servers.echo.max-frame-length")
			.withMessageContaining("'connections'")
			.withMessageContaining("receives no frames")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("twisted.servers.echo.max-frame-length"));
	}

	@Test
	void aLengthOfFramesIsNoErrorWhereThereMayBeSome() {
		this.servers.put("echo", framed());
		assertThat(resolve(handler(Lines.class, HandlerKind.PROTOCOL))).hasSize(1);
		assertThat(resolve(handler(Protocol.class, HandlerKind.PROTOCOL))).hasSize(1);
		assertThat(resolve(handler(Factory.class, HandlerKind.FACTORY))).hasSize(1);
	}

	@Test
	void whatConnectionsHaveIsAnErrorWhereOnlyUdpIsSpoken() {
		this.servers.put("echo", new Server(7, null, null, "666", null, SSL, false, Duration.ofSeconds(10), false, 1, 1,
				-1, -1, null, null, null, null, null, null, false, true));
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.ssl");
		this.servers.put("echo", new Server(7, null, null, "666", null, null, true, Duration.ofSeconds(10), false, 1, 1,
				-1, -1, null, null, null, null, null, null, false, true));
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.proxy-protocol");
		this.servers.put("echo", new Server(7, null, null, "666", null, null, false, Duration.ofSeconds(10), true, 1, 1,
				-1, -1, null, null, null, null, null, null, false, true));
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.reuse-port");
	}

	@Test
	void aLimitOfConnectionsIsAnErrorWhereOnlyUdpIsSpoken() {
		this.servers.put("echo", new Server(7, null, null, "666", null, null, false, Duration.ofSeconds(10), false, 1,
				1, -1, -1, Duration.ofSeconds(1), null, null, null, null, null, false, true));
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.idle-timeout");
		this.servers.put("echo", new Server(7, null, null, "666", null, null, false, Duration.ofSeconds(10), false, 1,
				1, 3, -1, null, null, null, null, null, null, false, true));
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.max-connections-per-peer");
		this.servers.put("echo", new Server(7, null, null, "666", null, null, false, Duration.ofSeconds(10), false, 1,
				1, -1, -1, null, null, null, null, null, null, true, true));
		assertFailure(udp("echo")).withMessageContaining("twisted.servers.echo.traffic-log");
	}

	@Test
	void thePeersOfAUnixSocketCannotBeCounted() {
		this.servers.put("echo", new Server(null, null, Path.of("/run/echo"), "666", null, null, false,
				Duration.ofSeconds(10), false, 1, 1, 3, -1, null, null, null, null, null, null, false, true));
		assertFailure(tcp("echo")).withMessageContaining("twisted.servers.echo.max-connections-per-peer");
	}

	@Test
	void twoHandlersOfOneTransportForOneServerAreAnError() {
		this.servers.put("echo", on(7));
		assertFailure(tcp("echo"), new Handler("second", Protocol.class, HandlerKind.FACTORY, List.of("echo")))
			.withMessageContaining("more than one handler for TCP")
			.withMessageContaining("second");
	}

	@Test
	void twoServersOnOnePortAreAnError() {
		this.servers.put("one", on(7));
		this.servers.put("two", on(7));
		assertFailure(tcp("one", "two")).withMessageContaining("port 7")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("twisted.servers.one.port")
				.contains("twisted.servers.two.port"));
	}

	@Test
	void twoServersMayBothAskForAnyFreePort() {
		this.servers.put("one", on(0));
		this.servers.put("two", on(0));
		assertThat(resolve(tcp("one", "two"))).hasSize(2);
	}

	@Test
	void tcpAndUdpMayShareAPort() {
		this.servers.put("one", on(7));
		this.servers.put("two", on(7));
		assertThat(resolve(tcp("one"), udp("two"))).hasSize(2);
	}

	@Test
	void twoServersMayShareAPortOfDifferentAddresses() {
		this.servers.put("one", on(7, "127.0.0.1"));
		this.servers.put("two", on(7, "127.0.0.2"));
		assertThat(resolve(tcp("one", "two"))).hasSize(2);
	}

	@Test
	void allAddressesIncludeEachOne() {
		this.servers.put("one", on(7, "127.0.0.1"));
		this.servers.put("two", on(7, "0.0.0.0"));
		assertFailure(tcp("one", "two")).withMessageContaining("port 7");
	}

	@Test
	void aNameAsAnEnvironmentVariableSpellsItIsTheSameServer() {
		this.servers.put("udpecho", on(9));
		this.servers.put("udp-echo", on(9));
		assertThat(resolve(udp("udp-echo"))).extracting(ServerSpec::name).containsExactly("udp-echo");
	}

	private List<ServerSpec> resolve(Handler... handlers) {
		return ServerSpecs.resolve(this.servers, Arrays.asList(handlers));
	}

	private ThrowableAssertAlternative<FailureAnalyzedException> assertFailure(Handler... handlers) {
		return assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> resolve(handlers));
	}

	private static Handler handler(Class<?> type, HandlerKind kind) {
		return new Handler("connections", type, kind, List.of("echo"));
	}

	private static Server framed() {
		return new Server(7, null, null, "666", null, null, false, Duration.ofSeconds(10), false, 1, 1, -1, -1, null,
				null, null, DataSize.ofBytes(10), null, null, false, true);
	}

	private static Handler tcp(String... servers) {
		return new Handler("connections", Protocol.class, HandlerKind.PROTOCOL, List.of(servers));
	}

	private static Handler udp(String... servers) {
		return new Handler("datagrams", DatagramProtocol.class, HandlerKind.DATAGRAM_PROTOCOL, List.of(servers));
	}

	private static Server on(@Nullable Integer port) {
		return new Server(port, null, null, "666", null, null, false, Duration.ofSeconds(10), false, 1, 1, -1, -1, null,
				null, null, null, null, null, false, true);
	}

	private static Server atPath(String path, @Nullable Integer port, TwistedProperties.@Nullable Ssl ssl) {
		return new Server(port, null, Path.of(path), "666", null, ssl, false, Duration.ofSeconds(10), false, 1, 1, -1,
				-1, null, null, null, null, null, null, false, true);
	}

	private static Server on(int port, String address) {
		return new Server(port, new InetSocketAddress(address, port).getAddress(), null, "666", null, null, false,
				Duration.ofSeconds(10), false, 1, 1, -1, -1, null, null, null, null, null, null, false, true);
	}

	private static final class Plain extends Protocol {

	}

	private static final class Lines extends LineReceiver {

	}

}
