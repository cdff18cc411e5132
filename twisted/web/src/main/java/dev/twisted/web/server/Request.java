package dev.twisted.web.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Transport;
import dev.twisted.web.Headers;
import io.netty.handler.codec.http.QueryStringDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A request that a resource answers, and its response. Follows Twisted's {@code Request}.
 * Belongs to the loop of its connection.
 */
public final class Request {

	private static final Pattern LONE_PERCENT = Pattern.compile("%(?![0-9a-fA-F]{2})");

	private final HTTPChannel channel;

	private final String method;

	private final String uri;

	private final String clientVersion;

	private final Headers requestHeaders;

	private final byte[] content;

	private final List<String> prepath = new ArrayList<>();

	private final List<String> postpath;

	private final Headers responseHeaders = new Headers().setRawHeader("Content-Type", "text/html");

	private final List<Deferred<@Nullable Void>> notifications = new ArrayList<>();

	private int code = 200;

	private @Nullable String message;

	private boolean started;

	private boolean finished;

	/** Why there is nobody any more who could be answered. */
	private @Nullable Failure disconnected;

	Request(HTTPChannel channel, String method, String uri, String clientVersion, Headers requestHeaders,
			byte[] content) {
		this.channel = channel;
		this.method = method;
		this.uri = uri;
		this.clientVersion = clientVersion;
		this.requestHeaders = requestHeaders;
		this.content = content;
		String path = path();
		this.postpath = new ArrayList<>(Arrays.stream((path.startsWith("/") ? path.substring(1) : path).split("/", -1))
			.map(Request::decode)
			.toList());
	}

	private static String decode(String segment) {
		try {
			return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return segment;
		}
	}

	/**
	 * The method.
	 * @return such as {@code GET}
	 */
	public String method() {
		return this.method;
	}

	/**
	 * What was asked for.
	 * @return path and query, as they came
	 */
	public String uri() {
		return this.uri;
	}

	/**
	 * The path.
	 * @return without the query, as it came
	 */
	public String path() {
		int query = this.uri.indexOf('?');
		return (query >= 0) ? this.uri.substring(0, query) : this.uri;
	}

	/**
	 * The segments of the path that have led to the resource.
	 * @return decoded
	 */
	public List<String> prepath() {
		return List.copyOf(this.prepath);
	}

	/**
	 * The segments of the path that are left.
	 * @return decoded
	 */
	public List<String> postpath() {
		return List.copyOf(this.postpath);
	}

	String consume() {
		String segment = this.postpath.remove(0);
		this.prepath.add(segment);
		return segment;
	}

	/**
	 * The parameters of the query and, if that is what the body is, of a form.
	 * @return names and values, decoded
	 */
	public Map<String, List<String>> args() {
		Map<String, List<String>> args = new LinkedHashMap<>(new QueryStringDecoder(escaped(this.uri)).parameters());
		String type = getHeader("Content-Type");
		if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
			new QueryStringDecoder(escaped(new String(this.content, StandardCharsets.UTF_8)), false).parameters()
				.forEach((name, values) -> args.merge(name, values, (query, form) -> {
					List<String> both = new ArrayList<>(query);
					both.addAll(form);
					return both;
				}));
		}
		return args;
	}

	/** A percent sign that escapes nothing stands for itself. */
	private static String escaped(String parameters) {
		return LONE_PERCENT.matcher(parameters).replaceAll("%25");
	}

	/**
	 * The body.
	 * @return the bytes, none if there is none
	 */
	public byte[] content() {
		return this.content;
	}

	/**
	 * The last value of a header of the request.
	 * @param name the header
	 * @return its value, {@code null} if it is not there
	 */
	public @Nullable String getHeader(String name) {
		return this.requestHeaders.getRawHeader(name);
	}

	/**
	 * The headers of the request.
	 * @return what the client has sent
	 */
	public Headers requestHeaders() {
		return this.requestHeaders;
	}

	/**
	 * The connection.
	 * @return its transport, for who wants to know the other end
	 */
	public Transport transport() {
		return this.channel.transport();
	}

	/**
	 * Set a header of the response.
	 * @param name the header
	 * @param value its one value
	 * @throws IllegalArgumentException if one of them cannot stand in a header
	 */
	public void setHeader(String name, String value) {
		this.responseHeaders.setRawHeader(name, value);
	}

	/**
	 * The headers of the response.
	 * @return what will be sent, to be changed until it is
	 */
	public Headers responseHeaders() {
		return this.responseHeaders;
	}

	/**
	 * Set the status of the response.
	 * @param code such as 404; 200 at first
	 */
	public void setResponseCode(int code) {
		setResponseCode(code, null);
	}

	/**
	 * Set the status of the response.
	 * @param code such as 404; 200 at first
	 * @param message what to say about it, {@code null} for the usual
	 */
	public void setResponseCode(int code, @Nullable String message) {
		if (code < 100 || code > 999) {
			throw new IllegalArgumentException("There is no status %d".formatted(code));
		}
		if (message != null && !message.chars().allMatch((c) -> c >= ' ' && c < 0x7f)) {
			throw new IllegalArgumentException("What is said about a status is printable ASCII");
		}
		this.code = code;
		this.message = message;
	}

	/**
	 * Lead the client elsewhere.
	 * @param url where to
	 */
	public void redirect(String url) {
		setResponseCode(302);
		setHeader("Location", url);
	}

	/**
	 * Have the client keep a cookie until it ends. What is to have attributes is a
	 * {@code Set-Cookie} among the {@link #responseHeaders()}.
	 * @param name its name
	 * @param value its value
	 * @throws IllegalArgumentException if one of them would be taken for something else
	 */
	public void addCookie(String name, String value) {
		if (name.isEmpty() || name.indexOf('=') >= 0 || (name + value).indexOf(';') >= 0) {
			throw new IllegalArgumentException("The cookie %s cannot have this name or value".formatted(name));
		}
		this.responseHeaders.addRawHeader("Set-Cookie", name + "=" + value);
	}

	/**
	 * Send some of the body. The headers go before the first piece; they should tell the
	 * length, or it is sent in chunks.
	 * @param data the bytes, which must not be changed afterwards
	 * @throws IllegalStateException after {@link #finish()}
	 */
	public void write(byte[] data) {
		if (this.finished) {
			throw new IllegalStateException("The request has been finished");
		}
		if (this.disconnected == null) {
			begin();
			this.channel.writeBody(data);
		}
	}

	private void begin() {
		if (!this.started) {
			this.started = true;
			this.channel.writeHead(this, this.code, this.message, this.responseHeaders);
		}
	}

	/**
	 * The response is complete.
	 * @throws IllegalStateException if it was before, or if the client is gone
	 */
	public void finish() {
		if (this.disconnected != null) {
			throw new IllegalStateException("The client was gone before the request was finished; notifyFinish tells",
					this.disconnected.value());
		}
		if (this.finished) {
			throw new IllegalStateException("The request has been finished already");
		}
		if (!this.started && !this.responseHeaders.hasHeader("Content-Length")) {
			setHeader("Content-Length", "0");
		}
		begin();
		this.finished = true;
		List<Deferred<@Nullable Void>> waiting = List.copyOf(this.notifications);
		this.channel.finished(this);
		for (Deferred<@Nullable Void> notification : waiting) {
			notification.callback(null);
		}
	}

	/** Answer with a body that is there. */
	void finishWith(byte[] body) {
		if (!this.started) {
			setHeader("Content-Length", Integer.toString(body.length));
		}
		write(body);
		finish();
	}

	/**
	 * Be told of the end. For a request that somebody watches in this way the connection
	 * is read on, or nobody would notice its end; the idle timeout of the port counts.
	 * @return fires when the response is complete, and fails with why the connection was
	 * lost if that comes first
	 */
	public Deferred<@Nullable Void> notifyFinish() {
		if (this.disconnected != null) {
			return Deferred.fail(this.disconnected);
		}
		if (this.finished) {
			return Deferred.succeed(null);
		}
		Deferred<@Nullable Void> notification = new Deferred<>();
		this.notifications.add(notification);
		this.channel.watch();
		return notification;
	}

	void connectionLost(Failure reason) {
		this.disconnected = reason;
		List.copyOf(this.notifications).forEach((notification) -> notification.errback(reason));
	}

	boolean started() {
		return this.started;
	}

	boolean finished() {
		return this.finished;
	}

	String clientVersion() {
		return this.clientVersion;
	}

	@Override
	public String toString() {
		return "%s %s".formatted(this.method, path());
	}

}
