package dev.twisted.web.client;

import java.nio.charset.StandardCharsets;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body that is there already. It can be sent any number of times.
 */
public final class BytesBodyProducer implements BodyProducer {

	private final byte[] body;

	/**
	 * Make the body.
	 * @param body the bytes, which must not be changed afterwards
	 */
	public BytesBodyProducer(byte[] body) {
		this.body = body;
	}

	/**
	 * Make the body.
	 * @param text the text, to be sent as UTF-8
	 */
	public BytesBodyProducer(String text) {
		this(text.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public long length() {
		return this.body.length;
	}

	@Override
	public Deferred<@Nullable Void> startProducing(Consumer consumer) {
		consumer.write(this.body);
		return Deferred.succeed(null);
	}

	@Override
	public void pauseProducing() {
	}

	@Override
	public void resumeProducing() {
	}

	@Override
	public void stopProducing() {
	}

}
