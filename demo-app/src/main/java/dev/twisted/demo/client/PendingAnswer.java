package dev.twisted.demo.client;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionDone;
import org.jspecify.annotations.Nullable;

/**
 * The answer that is waited for on a connection, and what becomes of it when that is
 * lost.
 */
final class PendingAnswer {

	private @Nullable Deferred<byte[]> waiting;

	private @Nullable Failure lost;

	/**
	 * Wait for an answer. To be called before its question is sent.
	 * @return fires with the answer, fails if the connection is lost or was so before
	 */
	Deferred<byte[]> expect() {
		if (this.lost != null) {
			return Deferred.fail(this.lost);
		}
		Deferred<byte[]> answer = new Deferred<>();
		this.waiting = answer;
		return answer;
	}

	/**
	 * An answer has come. One that nobody has asked for is dropped.
	 * @param answer the answer
	 */
	void arrived(byte[] answer) {
		Deferred<byte[]> asker = takeWaiting();
		if (asker != null) {
			asker.callback(answer);
		}
	}

	/**
	 * The connection is gone.
	 * @param reason why
	 */
	void lost(Failure reason) {
		Failure why = (reason.check(ConnectionDone.class) != null)
				? new Failure(new IllegalStateException("The server closed the connection")) : reason;
		this.lost = why;
		Deferred<byte[]> asker = takeWaiting();
		if (asker != null) {
			asker.errback(why);
		}
	}

	private @Nullable Deferred<byte[]> takeWaiting() {
		Deferred<byte[]> asker = this.waiting;
		this.waiting = null;
		return asker;
	}

}
