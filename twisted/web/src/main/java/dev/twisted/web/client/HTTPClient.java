package dev.twisted.web.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for everyday use, on top of an agent. Follows the {@code HTTPClient} of treq:
 *
 * <pre class="code">
 * client.postJson("http://robot/ask", new Question("hi"))
 * 	.compose((response) -&gt; response.json(Answer.class))
 * 	.addCallback(Answer::text);
 * </pre>
 * <p>
 * Redirects, cookies and encodings are the agent's business. May be used from any thread.
 */
public final class HTTPClient {

	private static final String CONTENT_TYPE = "Content-Type";

	private final HTTPAgent agent;

	private final JsonCodec codec;

	private final int maxLength;

	/**
	 * Make a client that reads and writes JSON with Jackson.
	 * @param agent makes the requests
	 */
	public HTTPClient(HTTPAgent agent) {
		this(agent, new JacksonCodec(), Responses.DEFAULT_MAX_LENGTH);
	}

	/**
	 * Make a client.
	 * @param agent makes the requests
	 * @param codec reads and writes JSON
	 * @param maxLength how many bytes a response may have
	 */
	public HTTPClient(HTTPAgent agent, JsonCodec codec, int maxLength) {
		this.agent = agent;
		this.codec = codec;
		this.maxLength = maxLength;
	}

	/**
	 * GET something.
	 * @param uri an absolute URI
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> get(String uri) {
		return request("GET", uri, new Headers(), null);
	}

	/**
	 * GET something with headers of one's own.
	 * @param uri an absolute URI
	 * @param headers fields to send besides those that HTTP needs
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> get(String uri, Headers headers) {
		return request("GET", uri, headers, null);
	}

	/**
	 * Ask for the headers of something.
	 * @param uri an absolute URI
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> head(String uri) {
		return request("HEAD", uri, new Headers(), null);
	}

	/**
	 * DELETE something.
	 * @param uri an absolute URI
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> delete(String uri) {
		return request("DELETE", uri, new Headers(), null);
	}

	/**
	 * POST text.
	 * @param uri an absolute URI
	 * @param text the text, to be sent as UTF-8
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> post(String uri, String text) {
		return post(uri, "text/plain; charset=UTF-8", text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * POST bytes.
	 * @param uri an absolute URI
	 * @param contentType what they are
	 * @param data the bytes
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> post(String uri, String contentType, byte[] data) {
		return request("POST", uri, new Headers().setRawHeader(CONTENT_TYPE, contentType), new BytesBodyProducer(data));
	}

	/**
	 * POST an object as JSON.
	 * @param uri an absolute URI
	 * @param value the object
	 * @return fires with the response, whatever its status; fails if the object cannot be
	 * written
	 */
	public Deferred<HTTPResponse> postJson(String uri, Object value) {
		return Deferred.maybeDeferred(() -> post(uri, "application/json", this.codec.write(value)));
	}

	/**
	 * PUT bytes.
	 * @param uri an absolute URI
	 * @param contentType what they are
	 * @param data the bytes
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> put(String uri, String contentType, byte[] data) {
		return request("PUT", uri, new Headers().setRawHeader(CONTENT_TYPE, contentType), new BytesBodyProducer(data));
	}

	/**
	 * PUT an object as JSON.
	 * @param uri an absolute URI
	 * @param value the object
	 * @return fires with the response, whatever its status; fails if the object cannot be
	 * written
	 */
	public Deferred<HTTPResponse> putJson(String uri, Object value) {
		return Deferred.maybeDeferred(() -> put(uri, "application/json", this.codec.write(value)));
	}

	/**
	 * POST a form.
	 * @param uri an absolute URI
	 * @param fields the fields and what is in them
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> postForm(String uri, Map<String, String> fields) {
		String form = fields.entrySet()
			.stream()
			.map((field) -> encode(field.getKey()) + "=" + encode(field.getValue()))
			.collect(Collectors.joining("&"));
		return post(uri, "application/x-www-form-urlencoded", form.getBytes(StandardCharsets.US_ASCII));
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	/**
	 * Make any request.
	 * @param method such as {@code PUT}
	 * @param uri an absolute URI
	 * @param headers fields to send besides those that HTTP needs
	 * @param body writes the body, {@code null} for none
	 * @return fires with the response, whatever its status
	 */
	public Deferred<HTTPResponse> request(String method, String uri, Headers headers, @Nullable BodyProducer body) {
		return this.agent.request(method, uri, headers, body)
			.addCallback((response) -> new HTTPResponse(response, this.codec, this.maxLength));
	}

}
