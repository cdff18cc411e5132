package dev.twisted.web.server;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Protocol;
import dev.twisted.web.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
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
 * client cannot pile requests up.
 */
final class HTTPChannel extends Protocol {

	private static final Logger logger = LoggerFactory.getLogger(Site.class);

	private static final int MAX_LINE = 16384;

	private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'",
			Locale.ENGLISH);

	private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private final Site site;

	private final int maxContent;

	private final EmbeddedChannel decoder = new EmbeddedChannel(new HttpRequestDecoder(MAX_LINE, MAX_LINE, 8192));

	private @Nullable HttpRequest head;

	private ByteBuf content = Unpooled.EMPTY_BUFFER;

	/** What is being answered. */
	private @Nullable Request current;

	private boolean persistent;

	private boolean chunked;

	private boolean decoding;

	private boolean closed;

	HTTPChannel(Site site, int maxContent) {
		this.site = site;
		this.maxContent = maxContent;
	}

	@Override
	protected void dataReceived(ByteBuf data) {
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
		if (!this.closed) {
			if (this.current != null) {
				transport().pauseProducing();
			}
			else {
				transport().resumeProducing();
			}
		}
	}

	private void received(HttpObject part) {
		try {
			if (part.decoderResult().isFailure()) {
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
			refuse(413, "Content Too Large");
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
			refuse(413, "Content Too Large");
		}
		else {
			this.content.writeBytes(piece);
		}
	}

	/** Answer what cannot be understood, and hear no more of it. */
	private void refuse(int code, String reason) {
		this.closed = true;
		transport().write("HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".formatted(code, reason)
			.getBytes(StandardCharsets.US_ASCII));
		transport().loseConnection();
	}

	private void process(HttpRequest received) {
		this.head = null;
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
		this.chunked = !delimited && current && !request.method().equals("HEAD");
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
		transport().write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
	}

	private static void field(StringBuilder text, String name, String value) {
		text.append(name).append(": ").append(value).append("\r\n");
	}

	void writeBody(byte[] data) {
		if (data.length == 0) {
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
	public String logPrefix() {
		return "Site";
	}

}
