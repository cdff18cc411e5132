package dev.twisted.web.client;

import java.io.ByteArrayOutputStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Protocol;
import dev.twisted.protocols.LengthLimitExceededException;

/**
 * What is done with responses. Follows the functions of {@code twisted.web.client}.
 */
public final class Responses {

	/** The longest body that is read if nothing else is asked for: 16 MiB. */
	public static final int DEFAULT_MAX_LENGTH = 16 * 1024 * 1024;

	private Responses() {
	}

	/**
	 * Read the body of a response that is not longer than {@value #DEFAULT_MAX_LENGTH}
	 * bytes.
	 * @param response the response
	 * @return as {@link #readBody(Response, int)}
	 */
	public static Deferred<byte[]> readBody(Response response) {
		return readBody(response, DEFAULT_MAX_LENGTH);
	}

	/**
	 * Read the body of a response.
	 * @param response the response
	 * @param maxLength how many bytes it may have
	 * @return fires with the body. Fails with a {@link PartialDownloadException}, which
	 * has the body, if nothing but the end of the connection tells that it is complete,
	 * with a {@link LengthLimitExceededException} if it is too long, with a
	 * {@link ResponseFailed} if some of it is missing or wrong, and with a
	 * {@link dev.twisted.defer.TimeoutException} if it took too long. Cancelling it
	 * closes the connection
	 */
	public static Deferred<byte[]> readBody(Response response, int maxLength) {
		Collector collector = new Collector(response, maxLength);
		response.deliverBody(collector);
		return collector.result;
	}

	/**
	 * Puts a body together.
	 */
	private static final class Collector extends Protocol {

		private final Response response;

		private final int maxLength;

		private final ByteArrayOutputStream received = new ByteArrayOutputStream();

		private final Deferred<byte[]> result = new Deferred<>((cancelled) -> abort());

		private boolean tooLong;

		private volatile boolean aborted;

		Collector(Response response, int maxLength) {
			this.response = response;
			this.maxLength = maxLength;
		}

		private void abort() {
			this.aborted = true;
			if (connected()) {
				transport().abortConnection();
			}
		}

		@Override
		protected void connectionMade() {
			if (this.aborted) {
				transport().abortConnection();
			}
			else if (this.response.length() > this.maxLength) {
				refuse(this.response.length());
			}
		}

		@Override
		protected void dataReceived(byte[] data) {
			if (this.tooLong || this.aborted) {
				return;
			}
			long length = (long) this.received.size() + data.length;
			if (length > this.maxLength) {
				refuse(length);
			}
			else {
				this.received.writeBytes(data);
			}
		}

		private void refuse(long length) {
			this.tooLong = true;
			this.received.reset();
			transport()
				.failConnection(new Failure(new LengthLimitExceededException("response body", length, this.maxLength)));
		}

		@Override
		protected void connectionLost(Failure reason) {
			if (this.aborted) {
				return;
			}
			if (reason.value() instanceof ResponseDone) {
				this.result.callback(this.received.toByteArray());
			}
			else if (reason.value() instanceof PotentialDataLoss) {
				this.result.errback(new PartialDownloadException(this.response.code(), this.response.phrase(),
						this.received.toByteArray()));
			}
			else {
				this.result.errback(reason);
			}
		}

	}

}
