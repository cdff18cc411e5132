package dev.twisted.web.server;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Framed;
import dev.twisted.internet.Protocol;
import dev.twisted.web.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a {@link Site}: takes requests apart, one after the other, and puts
 * responses together. While a request is being answered nothing more is read, so that a
 * client cannot pile requests up, or only as much as shows that the client is still there
 * if somebody wants to know.
 * <p>
 * A request is a frame to those who limit how long one may take and how long it may be.
 */
final class HTTPChannel extends Protocol implements Framed {

	private static final Logger logger = LoggerFactory.getLogger(Site.class);

	private static final int MAX_LINE = 16384;

	private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'",
			Locale.ENGLISH);

	private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	/** As much may come in while a request is watched, as in Twisted. */
	private static final int MAX_AHEAD = 16384;

	private final Site site;

	private int maxContent;

	private final RequestDecoder requestDecoder = new RequestDecoder();

	private final EmbeddedChannel decoder = new EmbeddedChannel(this.requestDecoder);

	private @Nullable HttpRequest head;

	private ByteBuf content = Unpooled.EMPTY_BUFFER;

	/** What is being answered. */
	private @Nullable Request current;

	private boolean persistent;

	private boolean chunked;

	/** Whether the response that is being sent has a body at all. */
	private boolean bodiless;

	/** Whether somebody wants to know if the client goes. */
	private boolean watched;

	/** How much has come in while a request was being answered. */
	private int ahead;

	/** Whether some of a request has come and its end has not. */
	private boolean insideRequest;

	private long requests;

	private @Nullable Runnable tooLong;

	private @Nullable Logger log;

	private boolean decoding;

	private boolean closed;

	HTTPChannel(Site site, int maxContent) {
		this.site = site;
		this.maxContent = maxContent;
	}

	@Override
	protected void dataReceived(ByteBuf data) {
		if (this.closed) {
			return;
		}
		if (this.current != null) {
			this.ahead += data.readableBytes();
		}
		this.insideRequest = true;
		this.decoder.writeInbound(data.retain());
		decode();
	}

	/** Go on with what has been received, up to the next request that takes its time. */
	private void decode() {
		if (this.decoding) {
			return;
		}
		this.decoding = true;
		try {
			while (this.current == null && !this.closed) {
				HttpObject next = this.decoder.readInbound();
				if (next == null) {
					break;
				}
				received(next);
			}
		}
		finally {
			this.decoding = false;
		}
		read();
	}

	/** Read on, or not: what a client sends before it has its answer has to wait. */
	private void read() {
		if (this.closed) {
			return;
		}
		if (this.current != null && !(this.watched && this.ahead <= MAX_AHEAD)) {
			transport().pauseProducing();
		}
		else {
			transport().resumeProducing();
		}
	}

	/** Somebody wants to know if the client goes before it has its answer. */
	void watch() {
		this.watched = true;
		if (!this.decoding) {
			read();
		}
	}

	private void received(HttpObject part) {
		try {
			if (part.decoderResult().isFailure()) {
				if (part.decoderResult().cause() instanceof TooLongFrameException) {
					tooLong();
				}
				refuse(400, "Bad Request");
				return;
			}
			if (part instanceof HttpRequest request) {
				begin(request);
			}
			if (part instanceof HttpContent piece && this.head != null) {
				add(piece.content());
				if (piece instanceof LastHttpContent && !this.closed) {
					process(this.head);
				}
			}
		}
		finally {
			io.netty.util.ReferenceCountUtil.release(part);
		}
	}

	private void begin(HttpRequest request) {
		this.head = request;
		this.content = Unpooled.buffer(0);
		if (HttpUtil.getContentLength(request, 0L) > this.maxContent) {
			refuseContent();
		}
		else if (HttpUtil.is100ContinueExpected(request)) {
			transport().write(CONTINUE);
		}
	}

	private void add(ByteBuf piece) {
		if (this.closed) {
			return;
		}
		if (this.content.readableBytes() + piece.readableBytes() > this.maxContent) {
			refuseContent();
		}
		else {
			this.content.writeBytes(piece);
		}
	}

	private void refuseContent() {
		tooLong();
		refuse(413, "Content Too Large");
	}

	private void tooLong() {
		if (this.tooLong != null) {
			this.tooLong.run();
		}
	}

	/** Answer what cannot be understood, and hear no more of it. */
	private void refuse(int code, String reason) {
		this.closed = true;
		logSent(code);
		transport().write("HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".formatted(code, reason)
			.getBytes(StandardCharsets.US_ASCII));
		transport().loseConnection();
	}

	private void process(HttpRequest received) {
		this.head = null;
		this.insideRequest = false;
		this.requests++;
		byte[] body = new byte[this.content.readableBytes()];
		this.content.readBytes(body);
		this.content = Unpooled.EMPTY_BUFFER;
		Headers headers;
		try {
			headers = headers(received);
		}
		catch (IllegalArgumentException ex) {
			refuse(400, "Bad Request");
			return;
		}
		this.persistent = HttpUtil.isKeepAlive(received);
		Request request = new Request(this, received.method().name(), received.uri(), received.protocolVersion().text(),
				headers, body);
		this.current = request;
		if (this.log != null) {
			this.log.debug("{}: received {} with {} bytes", transport(), request, body.length);
		}
		answer(request);
	}

	private static Headers headers(HttpRequest received) {
		Headers headers = new Headers();
		received.headers().forEach((field) -> headers.addRawHeader(field.getKey(), field.getValue()));
		return headers;
	}

	private void answer(Request request) {
		try {
			byte[] body = this.site.resourceFor(request).render(request);
			// The very object, since any other empty body is an answer.
			if (body != Resource.NOT_DONE_YET) {
				request.finishWith(body);
			}
		}
		catch (Exception ex) {
			logger.error("Unhandled error in {}", request, ex);
			failed(request);
		}
	}

	private void failed(Request request) {
		if (request.started() || request.finished()) {
			// Part of it is out: the client has to see that the rest is missing.
			transport().abortConnection();
		}
		else {
			request.responseHeaders().removeHeader("Content-Length");
			request.finishWith(
					new ErrorPage(500, "Processing Failed", "The request could not be processed.").render(request));
		}
	}

	void writeHead(Request request, int code, @Nullable String message, Headers headers) {
		boolean current = request.clientVersion().equals(HttpVersion.HTTP_1_1.text());
		boolean hasBody = code >= 200 && code != 204 && code != 304;
		boolean delimited = headers.hasHeader("Content-Length") || !hasBody;
		// What else is written would be taken for the next response.
		this.bodiless = !hasBody || request.method().equals("HEAD");
		this.chunked = !delimited && current && !this.bodiless;
		this.persistent &= delimited || current;
		StringBuilder text = new StringBuilder("HTTP/1.1 ").append(code)
			.append(' ')
			.append((message != null) ? message : HttpResponseStatus.valueOf(code).reasonPhrase())
			.append("\r\n");
		headers.getAllRawHeaders().forEach((name, values) -> values.forEach((value) -> {
			if (hasBody || !name.equalsIgnoreCase(HttpHeaderNames.CONTENT_LENGTH.toString())) {
				field(text, name, value);
			}
		}));
		if (!headers.hasHeader("Date")) {
			field(text, "Date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
		}
		if (this.chunked) {
			field(text, "Transfer-Encoding", "chunked");
		}
		if (!this.persistent) {
			field(text, "Connection", "close");
		}
		else if (!current) {
			field(text, "Connection", "keep-alive");
		}
		logSent(code);
		transport().write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
	}

	private void logSent(int code) {
		if (this.log != null) {
			this.log.debug("{}: sent {}", transport(), code);
		}
	}

	private static void field(StringBuilder text, String name, String value) {
		text.append(name).append(": ").append(value).append("\r\n");
	}

	void writeBody(byte[] data) {
		if (data.length == 0 || this.bodiless) {
			return;
		}
		if (this.chunked) {
			transport().write((Integer.toHexString(data.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
			transport().write(data);
			transport().write(CRLF);
		}
		else {
			transport().write(data);
		}
	}

	void finished(Request request) {
		if (this.current != request) {
			return;
		}
		if (this.chunked) {
			this.chunked = false;
			transport().write(LAST_CHUNK);
		}
		this.current = null;
		this.watched = false;
		this.ahead = 0;
		if (this.persistent) {
			decode();
		}
		else {
			this.closed = true;
			transport().loseConnection();
		}
	}

	@Override
	protected void connectionLost(Failure reason) {
		this.closed = true;
		Request left = this.current;
		this.current = null;
		this.decoder.finishAndReleaseAll();
		if (left != null) {
			left.connectionLost(reason);
		}
	}

	@Override
	public boolean insideFrame() {
		return this.current == null && (this.insideRequest || this.requestDecoder.holdsSome());
	}

	@Override
	public long framesReceived() {
		return this.requests;
	}

	/** The frame is the body of a request: its headers have a limit of their own. */
	@Override
	public boolean limitFrames(int maxLength) {
		this.maxContent = maxLength;
		return true;
	}

	@Override
	public void onFrameTooLong(Runnable listener) {
		this.tooLong = listener;
	}

	/** Without headers and parameters, where credentials are. */
	@Override
	public void logFrames(Logger logger, int limit) {
		this.log = logger;
	}

	@Override
	public String logPrefix() {
		return "Site";
	}

	/**
	 * Tells whether it waits for the rest of something.
	 */
	private static final class RequestDecoder extends HttpRequestDecoder {

		RequestDecoder() {
			super(MAX_LINE, MAX_LINE, 8192);
		}

		boolean holdsSome() {
			return actualReadableBytes() > 0;
		}

	}

}
