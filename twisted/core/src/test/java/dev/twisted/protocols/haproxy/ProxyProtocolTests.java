package dev.twisted.protocols.haproxy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;

import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.IPv6Address;
import dev.twisted.internet.Preamble.Introduction;
import dev.twisted.internet.UNIXAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

class ProxyProtocolTests {

	private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

	private final ProxyProtocol protocol = new ProxyProtocol();

	@Test
	void versionOneTellsPeerAndHost() throws Exception {
		assertThat(read(text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"))).isEqualTo(new Introduction(
				new IPv4Address("TCP", "192.0.2.1", 56324), new IPv4Address("TCP", "198.51.100.7", 443)));
		assertThat(read(text("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n")))
			.isEqualTo(new Introduction(new IPv6Address("TCP", "2001:db8:0:0:0:0:0:1", 1),
					new IPv6Address("TCP", "2001:db8:0:0:0:0:0:2", 65535)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n" })
	void versionOneMayNotKnow(String header) throws Exception {
		assertThat(read(text(header))).isEqualTo(new Introduction(null, null));
	}

	@Test
	void versionTwoTellsPeerAndHost() throws Exception {
		assertThat(read(hex(SIGNATURE + "2111000c" + "c0000201" + "c6336407" + "dc04" + "01bb")))
			.isEqualTo(new Introduction(new IPv4Address("TCP", "192.0.2.1", 56324),
					new IPv4Address("TCP", "198.51.100.7", 443)));
		assertThat(read(hex(SIGNATURE + "21210024" + "20010db8000000000000000000000001"
				+ "20010db8000000000000000000000002" + "0001ffff")))
			.isEqualTo(new Introduction(new IPv6Address("TCP", "2001:db8:0:0:0:0:0:1", 1),
					new IPv6Address("TCP", "2001:db8:0:0:0:0:0:2", 65535)));
		assertThat(read(hex(SIGNATURE + "2112000c" + "c0000201" + "c6336407" + "dc04" + "01bb")).peer().type())
			.isEqualTo("UDP");
		String path = HexFormat.of().formatHex("/run/a".getBytes(StandardCharsets.US_ASCII)) + "00".repeat(102);
		assertThat(read(hex(SIGNATURE + "213100d8" + path + "00".repeat(108))))
			.isEqualTo(new Introduction(new UNIXAddress("/run/a"), new UNIXAddress(null)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "20000000", "2011000cc0000201c6336407dc0401bb", "21000000",
			"2110000cc0000201c6336407dc0401bb" })
	void versionTwoMaySpeakForItself(String rest) throws Exception {
		assertThat(read(hex(SIGNATURE + rest))).isEqualTo(new Introduction(null, null));
	}

	@Test
	void whatElseVersionTwoSaysIsSkipped() throws Exception {
		ByteBuf data = hex(SIGNATURE + "21110013" + "c0000201c6336407dc0401bb" + "04000401020304" + "4142");
		assertThat(this.protocol.read(data).peer()).isEqualTo(new IPv4Address("TCP", "192.0.2.1", 56324));
		assertThat(data.toString(StandardCharsets.US_ASCII)).isEqualTo("AB");
		data.release();
	}

	@ParameterizedTest
	@MethodSource("headers")
	void aHeaderMayComeByteByByteAndWhatFollowsItIsLeft(ByteBuf header) throws Exception {
		for (int length = 0; length < header.readableBytes(); length++) {
			ByteBuf part = header.copy(0, length);
			assertThat(this.protocol.read(part)).isNull();
			part.release();
		}
		ByteBuf all = Unpooled.wrappedBuffer(header.copy(), text("rest"));
		assertThat(this.protocol.read(all)).isNotNull();
		assertThat(all.toString(StandardCharsets.US_ASCII)).isEqualTo("rest");
		all.release();
		header.release();
	}

	static Stream<ByteBuf> headers() {
		return Stream.of(text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"), text("PROXY UNKNOWN\r\n"),
				hex(SIGNATURE + "2111000cc0000201c6336407dc0401bb"), hex(SIGNATURE + "20000000"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET / HTTP/1.1\r\n", "x", "PROXYTCP4", "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\n",
			"PROX\r\n" })
	void anythingElseIsNoHeader(String text) {
		assertThatExceptionOfType(InvalidProxyHeaderException.class).isThrownBy(() -> read(text(text)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PROXY TCP5 192.0.2.1 198.51.100.7 56324 443\r\n", "PROXY \r\n",
			"PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n" })
	void versionOneHasOnlyItsOwnNetworkProtocols(String header) {
		assertThatExceptionOfType(InvalidNetworkProtocolException.class).isThrownBy(() -> read(text(header)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n", "PROXY TCP4\r\n",
			"PROXY TCP4 example.com 198.51.100.7 56324 443\r\n", "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
			"PROXY TCP6 192.0.2.1 198.51.100.7 56324 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 65536 443\r\n",
			"PROXY TCP4 192.0.2.1 198.51.100.7 -1 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7  443\r\n",
			"PROXY TCP4 192.0.2.1 198.51.100.7 1 443 5\r\n" })
	void versionOneNeedsItsAddresses(String header) {
		assertThatExceptionOfType(MissingAddressDataException.class).isThrownBy(() -> read(text(header)));
	}

	@Test
	void versionOneIsAtMostAHundredAndSevenBytesLong() throws Exception {
		String longest = "PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n";
		assertThat(longest).hasSize(107);
		assertThat(read(text(longest))).isNotNull();
		assertThatExceptionOfType(InvalidProxyHeaderException.class)
			.isThrownBy(() -> read(text("PROXY UNKNOWN " + "x".repeat(108 - 16) + "\r\n")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1111000c", "2211000c", "3111000c", "21111001" })
	void versionTwoHasItsVersionCommandAndLength(String rest) {
		assertThatExceptionOfType(InvalidProxyHeaderException.class).isThrownBy(() -> read(hex(SIGNATURE + rest)));
	}

	@Test
	void versionTwoHasOnlyItsOwnNetworkProtocols() {
		assertThatExceptionOfType(InvalidNetworkProtocolException.class)
			.isThrownBy(() -> read(hex(SIGNATURE + "21410000")));
		assertThatExceptionOfType(InvalidNetworkProtocolException.class)
			.isThrownBy(() -> read(hex(SIGNATURE + "21130000")));
	}

	@Test
	void versionTwoNeedsItsAddresses() {
		assertThatExceptionOfType(MissingAddressDataException.class)
			.isThrownBy(() -> read(hex(SIGNATURE + "2111000b" + "00".repeat(11))));
		assertThatExceptionOfType(MissingAddressDataException.class)
			.isThrownBy(() -> read(hex(SIGNATURE + "213100d7" + "00".repeat(215))));
	}

	@Test
	void whateverComesInIsAHeaderOrMoreIsNeededOrItIsRefused() {
		Random random = new Random(7);
		for (int i = 0; i < 20_000; i++) {
			byte[] noise = new byte[random.nextInt(64)];
			random.nextBytes(noise);
			ByteBuf data = Unpooled.wrappedBuffer((i % 2 == 0) ? text("PROXY TCP4 ") : hex(SIGNATURE),
					Unpooled.wrappedBuffer(noise));
			Throwable thrown = catchThrowable(() -> this.protocol.read(data));
			assertThat(thrown == null || thrown instanceof InvalidProxyHeaderException).as("%s", thrown).isTrue();
			data.release();
		}
	}

	private Introduction read(ByteBuf data) throws InvalidProxyHeaderException {
		try {
			Introduction said = this.protocol.read(data);
			assertThat(said == null || !data.isReadable()).isTrue();
			return said;
		}
		finally {
			data.release();
		}
	}

	private static ByteBuf text(String text) {
		return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
	}

	private static ByteBuf hex(String hex) {
		return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
	}

}
