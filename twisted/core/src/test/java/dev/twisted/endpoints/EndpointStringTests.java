package dev.twisted.endpoints;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.testing.Authority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EndpointStringTests {

	private final Reactor reactor = new ReactorBuilder().build();

	@AfterEach
	void close() {
		this.reactor.close();
	}

	@Test
	void aDescriptionIsTakenApartAtColonsAndTheFirstEqualsSign() {
		Description description = Description.parse("a:b:d=1=2:c");
		assertThat(description.type()).isEqualTo("a");
		assertThat(description.arguments()).containsExactly("b", "c");
		assertThat(description.named()).isEqualTo(Map.of("d", "1=2"));
	}

	@Test
	void aBackslashMakesTheNextCharacterOrdinary() {
		Description description = Description.parse("a:b\\:c\\=d\\\\:e=\\x\\:");
		assertThat(description.arguments()).containsExactly("b:c=d\\");
		assertThat(description.named()).isEqualTo(Map.of("e", "x:"));
	}

	@Test
	void whatComesAfterTheTypeIsKeptAsItWasWritten() {
		assertThat(Description.parse("haproxy:unix:a\\:b=\\c").rest()).isEqualTo("unix:a\\:b=\\c");
		assertThat(Description.parse("stdio:").rest()).isEmpty();
	}

	@Test
	void aQuotedArgumentIsReadAsItWas() {
		String odd = "C:\\a:b\\\\c";
		assertThat(Endpoints.quoteStringArgument("\\:")).isEqualTo("\\\\\\:");
		assertThat(Description.parse("unix:" + Endpoints.quoteStringArgument(odd)).arguments()).containsExactly(odd);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			tcp:80                                  | tcp:80:interface=0.0.0.0
			tcp:80:127.0.0.1:5                      | tcp:80:interface=127.0.0.1
			tcp:port=80:interface=127.0.0.1         | tcp:80:interface=127.0.0.1
			tcp6:80                                 | tcp6:80:interface=\\:\\:
			tcp6:80:interface=\\:\\:1               | tcp6:80:interface=\\:\\:1
			unix:/tmp/a                             | unix:/tmp/a
			unix:path=/tmp/a:mode=660:lockfile=0    | unix:/tmp/a
			haproxy:tcp:80:interface=127.0.0.1      | haproxy:tcp:80:interface=127.0.0.1
			stdio:                                  | stdio:
			""")
	void aServerDescriptionMakesItsEndpoint(String description, String endpoint) {
		assertThat(Endpoints.serverFromString(this.reactor, description)).hasToString(endpoint);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			tcp:www.example.com:80                          | tcp:www.example.com:80
			tcp:host=www.example.com:port=80                | tcp:www.example.com:80
			tcp:host=www.example.com:80                     | tcp:www.example.com:80
			tcp:www.example.com:port=80:timeout=3           | tcp:www.example.com:80
			TCP:www.example.com:80:bindAddress=127.0.0.1    | tcp:www.example.com:80
			ssl:www.example.com:443:hostname=example.com    | ssl:www.example.com:443
			unix:/tmp/a:timeout=9                           | unix:/tmp/a
			unix:path=/tmp/a\\:b                            | unix:/tmp/a\\:b
			tls:www.example.com:443                         | TLS on <HostnameEndpoint www.example.com:443>
			tls:example.com:443:endpoint=tcp\\:10.0.0.1\\:8 | TLS on tcp:10.0.0.1:8
			""")
	void aClientDescriptionMakesItsEndpoint(String description, String endpoint) {
		assertThat(Endpoints.clientFromString(this.reactor, description)).hasToString(endpoint);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					foo:1                      | Unknown endpoint type: 'foo'
					TCP:80                     | Unknown endpoint type: 'TCP'
					tcp                        | tcp: 'port' is missing
					tcp:                       | tcp: 'port' is missing
					tcp:http                   | tcp: 'port' is not a number: 'http'
					tcp:70000                  | tcp: 'port' cannot be '70000': a port is a number from 0 to 65535
					tcp:80:a:1:b               | tcp: 'b' is one argument too many; there are port, interface, backlog
					tcp:80:port=81             | tcp: 'port' is given twice
					tcp:80:a=1:a=2             | 'tcp:80:a=1:a=2' has 'a' twice
					tcp:80:intrface=a          | tcp: there is no argument 'intrface'; there are port, interface, backlog
					tcp:80:backlog=0           | tcp: 'backlog' cannot be '0': there must be at least one
					unix:                      | unix: 'path' is missing
					unix:/a:mode=999           | unix: 'mode' is not a number: '999'
					unix:/a:mode=1777          | unix: 'mode' cannot be '1777': a mode is three digits from 0 to 7
					ssl:443:sslmethod=SSLv3_METHOD | ssl: 'sslmethod' cannot be 'SSLv3_METHOD': there are TLS_METHOD, TLSv1_2_METHOD and TLSv1_3_METHOD
					ssl:443:dhParameters=a     | ssl: 'dhParameters' cannot be 'a': Java has groups of its own
					haproxy:stdio:             | stdio: cannot be behind a proxy: only tcp, tcp6, ssl and unix can
					haproxy:                   | '' does not begin with the type of an endpoint and a colon
					systemd:domain=INET        | systemd: Specify exactly one of descriptor index or name
					systemd:domain=X:index=0   | systemd: 'domain' cannot be 'X': there are INET, INET6 and UNIX
					systemd:domain=INET:index=1 | systemd: 'index' cannot be '1': Java can reach the first socket only, as standard input
					stdio:1                    | stdio: '1' is one argument too many; there are none
					tcp:80\\                   | 'tcp:80\\' ends with a backslash that has nothing to escape
					""")
	void aServerDescriptionThatDescribesNothingSaysWhy(String description, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> Endpoints.serverFromString(this.reactor, description))
			.withMessage(message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			foo:1                      | Unknown endpoint type: 'foo'
			tcp:localhost              | tcp: 'port' is missing
			tcp:localhost:0            | tcp: 'port' cannot be '0': a port is a number from 1 to 65535
			tcp:localhost:80:timeout=0 | tcp: 'timeout' cannot be '0': connecting takes some seconds
			tcp:localhost:80:timeout=x | tcp: 'timeout' is not a number: 'x'
			unix:/a:lockfile=1         | unix: 'lockfile' cannot be '1': a client does not look at the lock of a socket
			tls:a:1:endpoint=foo       | Unknown endpoint type: 'foo'
			""")
	void aClientDescriptionThatDescribesNothingSaysWhy(String description, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> Endpoints.clientFromString(this.reactor, description))
			.withMessage(message);
	}

	@Test
	void aProcessWithoutASocketForStandardInputSaysWhatTheServiceNeeds() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Endpoints.serverFromString(this.reactor, "systemd:domain=INET:index=0"))
			.withMessageContaining("StandardInput=socket");
	}

	@Test
	void certificatesAreReadFromTheFilesThatAreNamed(@TempDir Path directory) throws IOException {
		Path both = Files.writeString(directory.resolve("both.pem"),
				Authority.SERVER.getCertificatePathPEM() + Authority.SERVER.getPrivateKeyPEM());
		Path key = Files.writeString(directory.resolve("key.pem"), Authority.SERVER.getPrivateKeyPEM());
		Path certificate = Files.writeString(directory.resolve("cert.pem"), Authority.SERVER.getCertificatePEM());
		Path chain = Files.writeString(directory.resolve("chain.pem"), Authority.TRUSTED.root().getCertificatePEM());
		for (String description : List.of("ssl:443:" + quoted("privateKey", both), "ssl:443:%s:%s:%s"
			.formatted(quoted("privateKey", key), quoted("certKey", certificate), quoted("extraCertChain", chain)))) {
			assertThat(Endpoints.serverFromString(this.reactor, description)).hasToString("ssl:443:interface=0.0.0.0");
		}
		assertThat(Endpoints.clientFromString(this.reactor,
				"tls:localhost:443:%s:%s".formatted(quoted("certificate", both), quoted("trustRoots", directory))))
			.isNotNull();
	}

	@Test
	void filesThatCannotBeUsedAreNamed(@TempDir Path directory) throws IOException {
		Path nothing = Files.writeString(directory.resolve("nothing.pem"), "nothing");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Endpoints.serverFromString(this.reactor,
					"ssl:443:" + quoted("privateKey", directory.resolve("missing.pem"))))
			.withMessageContaining("missing.pem");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Endpoints.serverFromString(this.reactor, "ssl:443:" + quoted("privateKey", nothing)))
			.withMessageContaining("There is no private key");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Endpoints.clientFromString(this.reactor, "tls:a:443:" + quoted("trustRoots", directory)))
			.withMessageContaining("there is no certificate in a .pem file there");
	}

	private static String quoted(String name, Path path) {
		return name + "=" + Endpoints.quoteStringArgument(path.toString());
	}

}
