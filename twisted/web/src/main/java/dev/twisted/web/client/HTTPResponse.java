package dev.twisted.web.client;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import io.netty.handler.codec.http.HttpUtil;

/**
 * A response, and the ways to read it, of which one may be chosen. Follows treq's
 * {@code _Response}.
 */
public final class HTTPResponse {

	private final Response response;

	private final JsonCodec codec;

	private final int maxLength;

	HTTPResponse(Response response, JsonCodec codec, int maxLength) {
		this.response = response;
		this.codec = codec;
		this.maxLength = maxLength;
	}

	/**
	 * The status.
	 * @return such as 200
	 */
	public int code() {
		return this.response.code();
	}

	/**
	 * The headers.
	 * @return what the server has sent
	 */
	public Headers headers() {
		return this.response.headers();
	}

	/**
	 * The response that the agent has given.
	 * @return the response
	 */
	public Response original() {
		return this.response;
	}

	/**
	 * Read the body.
	 * @return as {@link Responses#readBody(Response, int)}, but a body whose end only the
	 * end of the connection tells counts as complete, as in treq
	 */
	public Deferred<byte[]> content() {
		return Responses.readBody(this.response, this.maxLength).addErrback((failure) -> {
			failure.trap(PartialDownloadException.class);
			return ((PartialDownloadException) failure.value()).response();
		});
	}

	/**
	 * Read the body as text.
	 * @return fires with the text, in the character set of its content type or else in
	 * UTF-8
	 */
	public Deferred<String> text() {
		return content().addCallback((body) -> new String(body, charset()));
	}

	private Charset charset() {
		String contentType = headers().getRawHeader("Content-Type");
		return (contentType != null) ? HttpUtil.getCharset(contentType, StandardCharsets.UTF_8)
				: StandardCharsets.UTF_8;
	}

	/**
	 * Read the body as JSON.
	 * @param <T> what to read
	 * @param type what to read
	 * @return fires with the object, whatever the status; fails with an
	 * {@link UnreadableResponse} if the body is no JSON of such
	 */
	public <T> Deferred<T> json(Class<T> type) {
		return content().addCallback((body) -> {
			try {
				return this.codec.read(body, type);
			}
			catch (RuntimeException ex) {
				throw new UnreadableResponse(this.response, type, ex);
			}
		});
	}

	@Override
	public String toString() {
		return this.response.toString();
	}

}
