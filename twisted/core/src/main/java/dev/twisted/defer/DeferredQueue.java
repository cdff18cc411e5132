package dev.twisted.defer;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Queue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A queue whose consumers wait by a Deferred. Follows
 * {@code twisted.internet.defer.DeferredQueue}.
 * <p>
 * Objects leave in the order in which they came, and those who wait get one in the order
 * in which they asked. To cancel the Deferred of one who waits is to leave the line. May
 * be used from any thread; a Deferred that had to wait fires in the thread that puts.
 *
 * @param <T> the objects; {@code null} is one like any other
 */
public final class DeferredQueue<T extends @Nullable Object> {

	private final int size;

	private final int backlog;

	// Unlike an array deque, it takes null, which is a value like any other here.
	@SuppressWarnings("JdkObsolete")
	private final Queue<T> pending = new LinkedList<>();

	private final Set<Deferred<T>> waiting = new LinkedHashSet<>();

	/**
	 * Make a queue without limits.
	 */
	public DeferredQueue() {
		this(Integer.MAX_VALUE);
	}

	/**
	 * Make a queue for which any number may wait.
	 * @param size how many objects it holds at most
	 * @throws IllegalArgumentException if that is negative
	 */
	public DeferredQueue(int size) {
		this(size, Integer.MAX_VALUE);
	}

	/**
	 * Make a queue.
	 * @param size how many objects it holds at most; with 0 an object can be put only if
	 * somebody waits for it
	 * @param backlog how many may wait for an object at most
	 * @throws IllegalArgumentException if one of them is negative
	 */
	public DeferredQueue(int size, int backlog) {
		if (size < 0 || backlog < 0) {
			throw new IllegalArgumentException(
					"size and backlog must not be negative, but are " + size + " and " + backlog);
		}
		this.size = size;
		this.backlog = backlog;
	}

	/**
	 * Put an object in, or give it to the one who has waited longest.
	 * @param object the object
	 * @throws QueueOverflowException if the queue is full
	 * @throws IllegalArgumentException if the object is a Deferred
	 */
	public void put(T object) {
		if (object instanceof Deferred) {
			throw new IllegalArgumentException("A Deferred cannot be put in a queue; put its result there");
		}
		while (true) {
			Deferred<T> next;
			synchronized (this.pending) {
				Iterator<Deferred<T>> line = this.waiting.iterator();
				if (!line.hasNext()) {
					if (this.pending.size() >= this.size) {
						throw new QueueOverflowException("The queue is full: it holds " + this.size + " objects");
					}
					this.pending.add(object);
					return;
				}
				next = line.next();
				line.remove();
			}
			// One who is cancelled this moment gets nothing; the object is for the next.
			if (next.tryFire(object)) {
				return;
			}
		}
	}

	/**
	 * Take an object out.
	 * @return fires with the next object
	 * @throws QueueUnderflowException if too many are waiting already
	 */
	public Deferred<T> get() {
		T object;
		synchronized (this.pending) {
			if (this.pending.isEmpty()) {
				if (this.waiting.size() >= this.backlog) {
					throw new QueueUnderflowException(
							"The queue is empty and " + this.backlog + " are waiting for it already");
				}
				Deferred<T> deferred = new Deferred<>(this::leave);
				this.waiting.add(deferred);
				return deferred;
			}
			object = this.pending.remove();
		}
		return Deferred.succeed(object);
	}

	/**
	 * How many objects are in the queue.
	 * @return a number between zero and the size
	 */
	public int pending() {
		synchronized (this.pending) {
			return this.pending.size();
		}
	}

	/**
	 * How many are waiting for an object.
	 * @return a number between zero and the backlog
	 */
	public int waiting() {
		synchronized (this.pending) {
			return this.waiting.size();
		}
	}

	private void leave(Deferred<T> deferred) {
		synchronized (this.pending) {
			this.waiting.remove(deferred);
		}
	}

}
