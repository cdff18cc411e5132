package dev.twisted.boot.autoconfigure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import dev.twisted.internet.ConnectionLimits;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ReactorTCP;
import dev.twisted.internet.ssl.ClientAuth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TwistedPropertiesTests {

	@Test
	void withoutKeysEverythingHasItsDefault() {
		TwistedProperties.Reactor reactor = bind(Map.of()).reactor();
		assertThat(reactor.eventLoopModel()).isEqualTo(EventLoopModel.AUTO);
		assertThat(reactor.eventLoops()).isEqualTo(1);
		assertThat(reactor.slowCallbackThreshold()).isEqualTo(Duration.ofMillis(100));
		assertThat(reactor.threadPoolSize()).isEqualTo(10);
		assertThat(reactor.threadPoolQueue()).isEqualTo(1000);
		assertThat(bind(Map.of()).servers()).isEmpty();
	}

	@Test
	void aServerHasTenThousandConnectionsAndTwistedsBacklogUnlessToldOtherwise() {
		TwistedProperties.Server server = bind(Map.of("twisted.servers.echo.port", "7")).servers().get("echo");
		assertThat(server.port()).isEqualTo(7);
		assertThat(server.address()).isNull();
		assertThat(server.backlog()).isEqualTo(ReactorTCP.DEFAULT_BACKLOG);
		assertThat(server.maxConnections()).isEqualTo(10_000);
		assertThat(server.enabled()).isTrue();
	}

	@Test
	void everyKeyIsTaken() {
		TwistedProperties properties = bind(Map.of("twisted.servers.echo.port", "7", "twisted.servers.echo.address",
				"127.0.0.1", "twisted.servers.echo.backlog", "5", "twisted.servers.echo.max-connections", "-1",
				"twisted.servers.echo.enabled", "false", "twisted.reactor.event-loop-model", "io_uring",
				"twisted.reactor.event-loops", "2", "twisted.reactor.slow-callback-threshold", "0s",
				"twisted.reactor.thread-pool-size", "3", "twisted.reactor.thread-pool-queue", "4"));
		assertThat(properties.servers()).containsEntry("echo",
				new TwistedProperties.Server(7, new InetSocketAddress("127.0.0.1", 7).getAddress(), null, "666", null,
						null, false, Duration.ofSeconds(10), false, 5, -1, -1, -1, null, null, null, null, null, null,
						false, false));
		assertThat(properties.reactor())
			.isEqualTo(new TwistedProperties.Reactor(EventLoopModel.IO_URING, 2, Duration.ZERO, 3, 4, null, true));
	}

	@Test
	void theReactorsOwnLimitOfBodiesIsKeptUnlessOneIsSet() {
		assertThat(bind(Map.of()).reactor().inlineCallbacksLimit()).isNull();
		assertThat(bind(Map.of("twisted.reactor.inline-callbacks-limit", "5")).reactor().inlineCallbacksLimit())
			.isEqualTo(5);
	}

	@Test
	void everyLimitIsTaken() {
		TwistedProperties.Server server = bind(
				Map.of("twisted.servers.echo.port", "7", "twisted.servers.echo.max-connections-per-peer", "3",
						"twisted.servers.echo.accept-rate", "100", "twisted.servers.echo.idle-timeout", "5m",
						"twisted.servers.echo.first-message-timeout", "10s", "twisted.servers.echo.frame-timeout",
						"20s", "twisted.servers.echo.read-limit", "64KB", "twisted.servers.echo.write-limit", "4GB",
						"twisted.servers.echo.traffic-log", "true", "twisted.servers.echo.max-frame-length", "1MB"))
			.servers()
			.get("echo");
		assertThat(server.limits()).isEqualTo(new ConnectionLimits(3, 100, Duration.ofMinutes(5),
				Duration.ofSeconds(10), Duration.ofSeconds(20), 65536, ConnectionLimits.UNLIMITED, 1024 * 1024));
		assertThat(server.trafficLog()).isTrue();
	}

	@Test
	void nothingButTheNumberOfConnectionsIsLimitedUnlessToldOtherwise() {
		TwistedProperties.Server server = bind(Map.of("twisted.servers.echo.port", "7")).servers().get("echo");
		assertThat(server.limits()).isEqualTo(ConnectionLimits.NONE);
		assertThat(server.trafficLog()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "max-connections-per-peer, 0", "accept-rate, 0", "idle-timeout, 0s", "first-message-timeout, -1s",
			"frame-timeout, 0s", "read-limit, 0B", "write-limit, -1B", "max-frame-length, 0B",
			"max-frame-length, 2GB" })
	void aLimitThatLetsNothingThroughIsNoLimit(String key, String value) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(Map.of("twisted.servers.echo." + key, value)))
			.havingRootCause()
			.isInstanceOf(InvalidConfigurationPropertyValueException.class)
			.withMessageContaining("twisted.servers.echo." + key);
	}

	@Test
	void logLinesHaveTheirContextUnlessThatIsTurnedOff() {
		assertThat(bind(Map.of()).reactor().logContext()).isTrue();
		assertThat(bind(Map.of("twisted.reactor.log-context", "false")).reactor().logContext()).isFalse();
	}

	@Test
	void everyKeyOfTlsIsTaken() {
		TwistedProperties.Server server = bind(Map.of("twisted.servers.echo.ssl.bundle", "main",
				"twisted.servers.echo.ssl.client-auth", "need", "twisted.servers.echo.ssl.handshake-timeout", "3s",
				"twisted.servers.echo.ssl.sni.a.example.com", "a", "twisted.servers.echo.ssl.sni[*.example.com]", "all",
				"twisted.servers.echo.ssl.application-protocols", "one,two"))
			.servers()
			.get("echo");
		assertThat(server.ssl()).isEqualTo(new TwistedProperties.Ssl("main", ClientAuth.NEED, Duration.ofSeconds(3),
				Map.of("a.example.com", "a", "*.example.com", "all"), List.of("one", "two")));
	}

	@Test
	void aServerSpeaksPlainTextAndTakesTenSecondsForHandshakesUnlessToldOtherwise() {
		TwistedProperties.Server plain = bind(Map.of("twisted.servers.echo.port", "7")).servers().get("echo");
		assertThat(plain.ssl()).isNull();
		assertThat(plain.path()).isNull();
		assertThat(plain.pathMode()).isEqualTo("666");
		assertThat(plain.proxyProtocol()).isFalse();
		assertThat(plain.proxyProtocolTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(plain.reusePort()).isFalse();
		TwistedProperties.Server secret = bind(Map.of("twisted.servers.echo.ssl.bundle", "main")).servers().get("echo");
		assertThat(secret.ssl())
			.isEqualTo(new TwistedProperties.Ssl("main", ClientAuth.NONE, Duration.ofSeconds(10), Map.of(), List.of()));
	}

	@Test
	void tlsWithoutABundleIsRefused() {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(Map.of("twisted.servers.echo.ssl.client-auth", "need")))
			.havingRootCause()
			.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
					(ex) -> assertThat(ex.getName()).isEqualTo("twisted.servers.echo.ssl.bundle"));
	}

	@ParameterizedTest
	@CsvSource({ "twisted.servers.echo.port, 65536", "twisted.servers.echo.port, -1", "twisted.servers.echo.backlog, 0",
			"twisted.servers.echo.max-connections, 0", "twisted.servers.echo.max-connections, -2",
			"twisted.servers.echo.path-mode, 999", "twisted.servers.echo.proxy-protocol-timeout, 0s",
			"twisted.servers.echo.ssl.handshake-timeout, 0s", "twisted.reactor.event-loops, 0",
			"twisted.reactor.slow-callback-threshold, -1s", "twisted.reactor.thread-pool-size, 0",
			"twisted.reactor.thread-pool-queue, 0", "twisted.reactor.inline-callbacks-limit, 0" })
	void aValueOutOfRangeIsRefusedWithItsKey(String key, String value) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(Map.of(key, value, "twisted.servers.echo.ssl.bundle", "server")))
			.havingRootCause()
			.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
					(ex) -> assertThat(ex.getName()).isEqualTo(key));
	}

	@Test
	void anEnvironmentVariableChangesAServerWhoseNameHasADash() {
		MutablePropertySources sources = new MutablePropertySources();
		sources.addLast(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				Map.of("TWISTED_SERVERS_UDPECHO_PORT", "9")));
		sources.addLast(new MapPropertySource("file",
				Map.of("twisted.servers.udp-echo.port", "8", "twisted.servers.udp-echo.backlog", "3")));
		TwistedProperties properties = bind(sources);
		assertThat(properties.servers()).containsEntry("udp-echo",
				new TwistedProperties.Server(9, null, null, "666", null, null, false, Duration.ofSeconds(10), false, 3,
						10_000, -1, -1, null, null, null, null, null, null, false, true));
	}

	@ParameterizedTest
	@ValueSource(strings = { "event-loop-model", "event-loops", "slow-callback-threshold", "thread-pool-size",
			"thread-pool-queue", "log-context" })
	void theMetadataKnowsEveryKeyOfTheReactor(String key) throws IOException {
		List<String> names = metadata().read("$.properties[*].name");
		assertThat(names).contains("twisted.reactor." + key);
	}

	@Test
	void everyKeyInTheMetadataIsDescribed() throws IOException {
		List<String> names = metadata().read("$.properties[*].name");
		List<String> descriptions = metadata().read("$.properties[*].description");
		assertThat(descriptions).hasSameSizeAs(names).allSatisfy((text) -> assertThat(text).isNotBlank().endsWith("."));
	}

	private static DocumentContext metadata() throws IOException {
		return JsonPath.parse(new ClassPathResource("META-INF/spring-configuration-metadata.json").getInputStream());
	}

	private static TwistedProperties bind(Map<String, Object> values) {
		MutablePropertySources sources = new MutablePropertySources();
		sources.addLast(new MapPropertySource("test", values));
		return bind(sources);
	}

	private static TwistedProperties bind(MutablePropertySources sources) {
		return new Binder(ConfigurationPropertySources.from(sources)).bindOrCreate("twisted", TwistedProperties.class);
	}

}
