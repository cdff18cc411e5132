package dev.twisted.web.client;

import java.net.URI;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.Protocol;
import dev.twisted.web.Headers;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One request and what comes of it. Everything but what is said otherwise happens on the
 * loop that the request was made on, whichever loop its connection has.
 */
final class Exchange {

	private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "DELETE", "TRACE");

	private static final AttributeKey<Boolean> USED = AttributeKey.valueOf(Exchange.class, "used");

	/** As often a request is made that has never come as far as the server. */
	private static final int MAX_ATTEMPTS = 5;

	private final Agent agent;

	private final Request request;

	private final URI target;

	private final @Nullable RequestBody body;

	private final Route route;

	private final Executor home;

	private final Executor later;

	private final Deferred<Response> answer = new Deferred<>((cancelled) -> abandonElsewhere());

	private final Sinks.Empty<Void> givenUp = Sinks.empty();

	private @Nullable Disposable attempt;

	private @Nullable DelayedCall totalDeadline;

	private @Nullable DelayedCall responseDeadline;

	private @Nullable ResponseBody responseBody;

	/** Which attempt is the present one, for connections that come too late. */
	private volatile int attemptNumber;

	/** Written on the connection's loop, before what has to see it is told. */
	private volatile boolean reused;

	private boolean retried;

	/** Whether the request has been answered, or given up. */
	private boolean answered;

	Exchange(Agent agent, Request request, URI target, @Nullable BodyProducer bodyProducer, Route route) {
		this.agent = agent;
		this.request = request;
		this.target = target;
		this.route = route;
		this.home = agent.loops().here("Agent");
		this.later = agent.loops().later("Agent");
		this.body = (bodyProducer != null) ? new RequestBody(bodyProducer, this.home) : null;
	}

	/** Make the request, which has to be over at a moment of the reactor's time. */
	Deferred<Response> begin(Duration deadline) {
		Duration limit = this.agent.totalTimeout();
		Duration left = deadline.minus(this.agent.reactor().seconds());
		this.totalDeadline = this.agent.reactor()
			.callLater(left.isNegative() ? Duration.ZERO : left,
					() -> timeUp("%s took longer than %s".formatted(this, limit)));
		this.home.execute(this::tryOnce);
		return this.answer;
	}

	private void tryOnce() {
		if (this.answered) {
			return;
		}
		int number = this.attemptNumber + 1;
		this.attemptNumber = number;
		try {
			this.attempt = this.route
				.begin(this.agent.client(), HttpMethod.valueOf(this.request.method()), this.target,
						this.request.headers())
				.send((sent, outbound) -> (number == this.attemptNumber) ? send(sent, outbound) : unsent(outbound))
				.responseConnection(this::received)
				.contextWrite((context) -> context.put(GivenUpInTime.GIVEN_UP, this.givenUp.asMono()))
				.subscribe((nothing) -> {
				}, (failure) -> this.home.execute(() -> failed(failure)));
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
	}

	/** On the connection's loop. */
	private Publisher<Void> send(HttpClientRequest sent, NettyOutbound outbound) {
		HttpHeaders headers = sent.requestHeaders();
		headers.remove(HttpHeaderNames.USER_AGENT).remove(HttpHeaderNames.ACCEPT);
		headers.set(HttpHeaderNames.HOST, hostAndPort(this.target));
		this.request.headers().getAllRawHeaders().forEach((name, values) -> headers.set(name, values));
		outbound.withConnection((connection) -> prepare(connection.channel(), headers));
		RequestBody given = this.body;
		if (given == null) {
			// A server would wait for what they announce, and take the next request for
			// it.
			headers.remove(HttpHeaderNames.TRANSFER_ENCODING).remove(HttpHeaderNames.CONTENT_LENGTH);
			this.home.execute(this::sent);
			return Mono.empty();
		}
		long length = given.length();
		if (length == BodyProducer.UNKNOWN_LENGTH) {
			headers.remove(HttpHeaderNames.CONTENT_LENGTH).set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
		}
		else {
			headers.remove(HttpHeaderNames.TRANSFER_ENCODING)
				.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
		}
		return Mono.from(outbound.send(given.bytes(), (piece) -> true))
			.doOnSuccess((nothing) -> this.home.execute(this::sent));
	}

	/**
	 * There is a connection after all, for a request that nobody would see the answer of.
	 */
	private static Publisher<Void> unsent(NettyOutbound outbound) {
		outbound.withConnection(Connection::dispose);
		return Mono.never();
	}

	private void prepare(Channel channel, HttpHeaders headers) {
		this.reused = channel.attr(USED).getAndSet(Boolean.TRUE) != null;
		ResponseVersion.watch(channel);
		InterimResponses.skip(channel);
		this.route.prepare(channel, this.target, headers);
	}

	/** The server that a URI names, without the user and without the usual port. */
	static String hostAndPort(URI uri) {
		int port = uri.getPort();
		boolean usual = port == -1 || port == ("https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80);
		return usual ? uri.getHost() : uri.getHost() + ":" + port;
	}

	private void sent() {
		Duration limit = this.agent.responseTimeout();
		if (!this.answered && this.responseDeadline == null) {
			this.responseDeadline = this.agent.reactor()
				.callLater(limit, () -> timeUp("%s had no response within %s".formatted(this, limit)));
		}
	}

	/** On the connection's loop. */
	private Publisher<Void> received(HttpClientResponse head, Connection connection) {
		Headers headers = new Headers();
		try {
			head.responseHeaders().forEach((field) -> headers.addRawHeader(field.getKey(), field.getValue()));
		}
		catch (IllegalArgumentException ex) {
			// Or what has come of the body would never be released.
			connection.inbound().receive().subscribe().dispose();
			return Mono.error(ex);
		}
		Framing framing = Framing.of(this.request.method(), head.status().code(), head.version(), headers);
		ResponseBody content = new ResponseBody(this, connection, framing, this.home, this.later);
		ReceivedResponse response = new ReceivedResponse(this, ResponseVersion.of(connection.channel(), head.version()),
				head.status().code(), head.status().reasonPhrase(), headers, framing.length());
		connection.inbound().receive().subscribe(content);
		this.home.execute(() -> answered(response, content));
		return Mono.empty();
	}

	private void answered(Response response, ResponseBody content) {
		if (this.answered) {
			content.abandon();
			return;
		}
		this.answered = true;
		this.responseBody = content;
		content.belongsTo(response);
		cancel(this.responseDeadline);
		if (!fire(() -> this.answer.callback(response))) {
			over();
			content.abandon();
		}
	}

	/** False if the request has just been cancelled, in another thread. */
	private static boolean fire(Runnable answer) {
		try {
			answer.run();
			return true;
		}
		catch (AlreadyCalledException ex) {
			return false;
		}
	}

	/** The connection has failed, or could not be made. */
	private void failed(Throwable cause) {
		if (!this.answered && mayRetry(cause)) {
			cancel(this.responseDeadline);
			this.responseDeadline = null;
			tryOnce();
			return;
		}
		RequestBody given = this.body;
		Failure broken = (given != null) ? given.failure() : null;
		fail((broken != null) ? new RequestGenerationFailed(List.of(broken)) : Reasons.of(cause, this));
	}

	private boolean mayRetry(Throwable cause) {
		if (this.body != null || !REPEATABLE.contains(this.request.method())) {
			return false;
		}
		if (cause instanceof NotYetConnectedException) {
			// Netty takes what it hears of a socket that is gone for a new one that has
			// the
			// same number.
			return this.attemptNumber < MAX_ATTEMPTS;
		}
		boolean retry = this.reused && !this.retried && this.agent.retriesAutomatically()
				&& Reasons.isPrematureClose(cause);
		this.retried |= retry;
		return retry;
	}

	private void fail(Throwable cause) {
		if (!this.answered) {
			this.answered = true;
			over();
			fire(() -> this.answer.errback(cause));
			stop();
		}
	}

	private void timeUp(String message) {
		TimeoutException cause = new TimeoutException(message);
		ResponseBody content = this.responseBody;
		if (content != null) {
			content.fail(new Failure(cause));
		}
		else {
			fail(cause);
		}
	}

	/** The request's Deferred was cancelled, in whatever thread. */
	private void abandonElsewhere() {
		this.home.execute(() -> {
			if (!this.answered) {
				this.answered = true;
				over();
				stop();
			}
		});
	}

	private void stop() {
		this.attemptNumber = -1;
		this.givenUp.tryEmitEmpty();
		if (this.attempt != null) {
			this.attempt.dispose();
		}
		if (this.body != null) {
			this.body.stop();
		}
	}

	/** Nothing more will happen. */
	void over() {
		cancel(this.totalDeadline);
		cancel(this.responseDeadline);
	}

	private static void cancel(@Nullable DelayedCall call) {
		if (call != null && call.active()) {
			call.cancel();
		}
	}

	Request request() {
		return this.request;
	}

	/**
	 * The body is wanted, in whatever thread.
	 */
	void deliver(Protocol protocol) {
		this.home.execute(() -> {
			ResponseBody content = this.responseBody;
			if (content != null) {
				content.deliver(protocol);
			}
		});
	}

	@Override
	public String toString() {
		return "%s %s".formatted(this.request.method(), withoutQuery());
	}

	/** What can be said in a log: credentials may stand in the rest. */
	private String withoutQuery() {
		return "%s://%s%s".formatted(this.target.getScheme(), hostAndPort(this.target), this.target.getRawPath());
	}

}
