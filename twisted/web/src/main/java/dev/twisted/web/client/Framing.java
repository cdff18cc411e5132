package dev.twisted.web.client;

import java.util.Locale;

import dev.twisted.web.Headers;
import io.netty.handler.codec.http.HttpVersion;

/**
 * What the headers of a response say about the length of its body (RFC 9112, section
 * 6.3).
 *
 * @param length how long it is, {@link Response#UNKNOWN_LENGTH} if they do not say
 * @param delimited whether its end can be told from the end of the connection
 */
record Framing(long length, boolean delimited) {

	static Framing of(String method, int status, HttpVersion version, Headers headers) {
		if (method.equals("HEAD") || status == 204 || status == 304 || status < 200) {
			return new Framing(0, true);
		}
		String encoding = headers.getRawHeader("Transfer-Encoding");
		if (encoding != null) {
			return new Framing(Response.UNKNOWN_LENGTH, encoding.toLowerCase(Locale.ROOT).contains("chunked"));
		}
		String length = headers.getRawHeader("Content-Length");
		if (length != null && length.chars().allMatch(Character::isDigit) && length.length() < 19) {
			return new Framing(Long.parseLong(length), true);
		}
		return new Framing(Response.UNKNOWN_LENGTH, version.majorVersion() > 1);
	}

}
