package dev.twisted.boot.autoconfigure;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class UnknownKeysTests {

	@ParameterizedTest
	@CsvSource({ "sll.bundle,ssl.bundle", "ssl.bundel,ssl.bundle", "max-frame-lenght,max-frame-length",
			"maxFrameLenght,max-frame-length", "portt,port", "ssl.client_auht,ssl.client-auth" })
	void aMistypedKeyIsNamedWithTheOneItMayHaveBeen(String written, String meant) {
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> check(written, "ssl.bundle"))
			.satisfies((ex) -> {
				assertThat(ex.analysis().getDescription()).startsWith("There is no key twisted.servers.gate-way.")
					.contains("from property source \"test\"");
				assertThat(ex.analysis().getAction())
					.contains("Did you mean twisted.servers.gate-way.%s?".formatted(meant));
			});
	}

	@Test
	void aKeyThatIsLikeNoOtherIsToBeRemoved() {
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> check("colour.of.the.door"))
			.satisfies((ex) -> assertThat(ex.analysis().getAction())
				.isEqualTo("Remove twisted.servers.gate-way.colour.of.the.door."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ssl.sni.a.example.com", "ssl.sni[*.example.com]", "ssl.applicationProtocols[0]",
			"ssl.application-protocols", "path_mode" })
	void keysAreKnownHoweverTheyAreSpelt(String key) {
		assertThatNoException().isThrownBy(() -> check(key));
	}

	@Test
	void whatTheSystemsEnvironmentHasIsNotLookedAt() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							Map.of("TWISTED_SERVERS_GATEWAY_OTHER", "1")));
		assertThatNoException()
			.isThrownBy(() -> UnknownKeys.check(environment, "twisted.servers", TwistedProperties.Server.class));
	}

	private static void check(String... keys) {
		StandardEnvironment environment = new StandardEnvironment();
		Map<String, Object> values = new HashMap<>();
		for (String key : keys) {
			values.put("twisted.servers.gate-way." + key, "666");
		}
		environment.getPropertySources().addFirst(new MapPropertySource("test", values));
		UnknownKeys.check(environment, "twisted.servers", TwistedProperties.Server.class);
	}

}
