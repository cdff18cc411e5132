package dev.twisted.web.client;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.twisted.internet.Protocol;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A response as it came from the server.
 */
final class ReceivedResponse implements Response {

	private final Exchange exchange;

	private final String version;

	private final int code;

	private final String phrase;

	private final Headers headers;

	private final long length;

	private final AtomicBoolean delivered = new AtomicBoolean();

	private volatile @Nullable Response previousResponse;

	ReceivedResponse(Exchange exchange, String version, int code, String phrase, Headers headers, long length) {
		this.exchange = exchange;
		this.version = version;
		this.code = code;
		this.phrase = phrase;
		this.headers = headers;
		this.length = length;
	}

	@Override
	public String version() {
		return this.version;
	}

	@Override
	public int code() {
		return this.code;
	}

	@Override
	public String phrase() {
		return this.phrase;
	}

	@Override
	public Headers headers() {
		return this.headers;
	}

	@Override
	public long length() {
		return this.length;
	}

	@Override
	public Request request() {
		return this.exchange.request();
	}

	@Override
	public @Nullable Response previousResponse() {
		return this.previousResponse;
	}

	@Override
	public void setPreviousResponse(Response response) {
		this.previousResponse = response;
	}

	@Override
	public void deliverBody(Protocol protocol) {
		if (!this.delivered.compareAndSet(false, true)) {
			throw new IllegalStateException("The body of %s has been delivered already".formatted(this));
		}
		this.exchange.deliver(protocol);
	}

	@Override
	public String toString() {
		return "%d %s of %s".formatted(this.code, this.phrase, this.exchange);
	}

}
