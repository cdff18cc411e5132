package dev.twisted.defer;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The entry by which an outer {@link Chain} waits in the queue of an inner one. When the
 * inner one comes to it, it gives its result away to the outer one.
 * <p>
 * A link moves on when the inner chain, having nothing else left to do, comes to wait for
 * a third one: the outer chain then waits for the third one directly, and the second one
 * is of no more use to it. Those that were left behind so share the link, so that
 * cancelling any of them reaches the one that is really being waited for. Should somebody
 * take an interest in one of them after all, it follows the link, and goes on with
 * {@code null} once the outer one has the result.
 */
final class ChainLink extends Link {

	/** Who waits, {@code null} once it has the result, lest the followers keep it. */
	private @Nullable Chain outer;

	/** Who is being waited for, {@code null} once the result has been given away. */
	private volatile @Nullable Chain inner;

	/** Written and read by whoever runs the inner chain. */
	private boolean moved;

	/** The result on its way; belongs to the thread that took the link from a queue. */
	@Nullable Object result;

	private @Nullable List<Chain> followers;

	ChainLink(Chain outer, Chain inner) {
		this.outer = outer;
		this.inner = inner;
	}

	Chain outer() {
		Chain waiting = this.outer;
		if (waiting == null) {
			throw new IllegalStateException("This link has been followed before");
		}
		return waiting;
	}

	@Nullable Chain inner() {
		return this.inner;
	}

	/** Wait for another chain; before the link is put into that one's queue. */
	void moveTo(Chain inner) {
		this.moved = true;
		this.inner = inner;
	}

	/**
	 * Wait until the result has been given away.
	 * @param follower who waits
	 * @return false if that has happened before
	 */
	synchronized boolean follow(Chain follower) {
		if (this.inner == null) {
			return false;
		}
		if (this.followers == null) {
			this.followers = new ArrayList<>(1);
		}
		this.followers.add(follower);
		return true;
	}

	/**
	 * The result is being given away.
	 * @return those who followed the link
	 */
	List<Chain> close() {
		this.outer = null;
		if (!this.moved) {
			this.inner = null;
			return List.of();
		}
		synchronized (this) {
			this.inner = null;
			return (this.followers != null) ? this.followers : List.of();
		}
	}

	@Override
	boolean concerns(@Nullable Object result) {
		return true;
	}

	@Override
	String describe() {
		return "link";
	}

	@Override
	@Nullable Object pass(@Nullable Object result) {
		throw new IllegalStateException("A link between two chains is followed by whoever runs them");
	}

}
