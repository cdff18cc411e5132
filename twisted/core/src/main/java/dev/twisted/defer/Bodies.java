package dev.twisted.defer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * The bodies of {@link Deferreds#inlineCallbacks inlineCallbacks} that run on one event
 * loop. For those who write event loops: a loop that has been {@link #open opened} is
 * found by the bodies that are started in its turn.
 */
public final class Bodies {

	private static final List<Bodies> opened = new CopyOnWriteArrayList<>();

	private final TurnLender loop;

	private final BodyThreads threads;

	/** Bodies at their await; touched only by who has the turn. */
	private final Set<Body<?>> waiting = new LinkedHashSet<>();

	private volatile boolean closing;

	/**
	 * Make the bodies of a loop. There are none yet.
	 * @param loop the loop
	 * @param threads where they get their threads
	 */
	public Bodies(TurnLender loop, BodyThreads threads) {
		this.loop = loop;
		this.threads = threads;
	}

	/**
	 * From now on bodies that are started in the loop's turn belong to it. In the loop's
	 * turn; no effect if this is open already.
	 */
	public void open() {
		this.closing = false;
		if (!opened.contains(this)) {
			opened.add(this);
		}
	}

	/**
	 * The loop ends: what bodies are waiting for is cancelled, and they wait for nothing
	 * any more, so that they end, too; so do those that are still started in its last
	 * turns. In the loop's turn.
	 */
	public void end() {
		this.closing = true;
		for (Body<?> body : new ArrayList<>(this.waiting)) {
			body.end();
		}
	}

	/**
	 * The loop has ended, and has no more turns. May be called again, and without
	 * {@link #end()} where no body has been started.
	 */
	public void close() {
		this.closing = true;
		opened.remove(this);
	}

	/** The bodies of the loop whose turn the calling thread has, if it has any. */
	static @Nullable Bodies here() {
		for (Bodies each : opened) {
			if (each.loop.hasTurn()) {
				return each;
			}
		}
		return null;
	}

	TurnLender loop() {
		return this.loop;
	}

	BodyThreads threads() {
		return this.threads;
	}

	boolean closing() {
		return this.closing;
	}

	void waits(Body<?> body) {
		this.waiting.add(body);
	}

	void waitsNoMore(Body<?> body) {
		this.waiting.remove(body);
	}

}
