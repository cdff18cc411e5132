package dev.twisted.spread.pb;

import dev.twisted.defer.Action;
import org.jspecify.annotations.Nullable;

/**
 * Sends something large in pieces, each when the one before has left. The collector on
 * the other side is told {@code gotPage} for each piece and {@code endedPaging} after the
 * last. Make it on the connection's loop; it begins at once. Follows Twisted's class of
 * this name.
 */
public abstract class Pager {

	private final RemoteReference collector;

	private final @Nullable Action callback;

	private boolean stopped;

	/**
	 * Begin to send.
	 * @param collector who gets the pieces; it is kept until the end and then released
	 * @param callback what to do after the last, {@code null} for nothing
	 */
	protected Pager(RemoteReference collector, @Nullable Action callback) {
		this.collector = collector.keep();
		this.callback = callback;
	}

	/**
	 * Begin. To be called by the constructors of subclasses when they are complete.
	 */
	protected final void startPaging() {
		this.collector.broker().pages().add(this);
	}

	/**
	 * The next piece. Call {@link #stopPaging} if it is the last.
	 * @return the piece
	 * @throws Exception to give up
	 */
	protected abstract @Nullable Object nextPage() throws Exception;

	/**
	 * There are no more pieces.
	 */
	public final void stopPaging() {
		this.stopped = true;
	}

	/** Send a piece; false if it was the last. */
	boolean sendNextPage() {
		try {
			this.collector.callRemoteOnly("gotPage", nextPage()).doOnErrback((failure) -> stopPaging());
		}
		catch (Exception ex) {
			stopPaging();
			this.collector.broker().guard(() -> {
				throw ex;
			});
		}
		if (!this.stopped) {
			return true;
		}
		this.collector.callRemoteOnly("endedPaging");
		this.collector.release();
		Action action = this.callback;
		if (action != null) {
			this.collector.broker().guard(action);
		}
		return false;
	}

}
