package dev.twisted.spread.pb;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.twisted.defer.Deferred;
import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Jellyable;
import org.jspecify.annotations.Nullable;

/**
 * A reference to an object of the other side. Two references to the same object are
 * equal. May be used from any thread. Follows Twisted's class of this name.
 * <p>
 * <strong>How long it lives.</strong> The other side keeps the object as long as there is
 * a reference to it here, and allows only so many (Twisted: 1024 on a connection). So
 * references must be given back:
 * <ul>
 * <li>One that came in the answer to a call is yours. It is given back when it has become
 * unreachable, or earlier by {@link #release()}.</li>
 * <li>One that came as an argument of a method that the peer calls is lent for that call:
 * it is given back when the call has been answered, which is when the Deferred that the
 * method returned has fired. To have it longer, {@link #keep()} it; from then on it is
 * yours.</li>
 * </ul>
 */
public final class RemoteReference implements Jellyable {

	/** Notices what has become unreachable, here and among caches. */
	static final Cleaner CLEANER = Cleaner.create();

	private final Broker broker;

	private final Object luid;

	private final @Nullable Avatar perspective;

	/** What is to be given back; {@code null} for the root, which nobody counts. */
	private final @Nullable Claim claim;

	private boolean kept;

	private final List<Consumer<? super RemoteReference>> disconnectCallbacks = new ArrayList<>(0);

	RemoteReference(Broker broker, Object luid, @Nullable Avatar perspective, boolean counted) {
		this.broker = broker;
		this.luid = luid;
		this.perspective = perspective;
		this.claim = counted ? new Claim(broker, luid) : null;
	}

	/**
	 * Call a method of the object.
	 * @param <T> the result; nothing checks that it is one
	 * @param name the method, without {@code remote_} or such
	 * @param arguments the arguments by position, of the types that
	 * {@link dev.twisted.spread.jelly the table} says. From another thread than the
	 * connection's they are read later, so do not change them
	 * @return always fires, on the connection's loop: with the result, a
	 * {@link RemoteException} of the other side, a
	 * {@link dev.twisted.spread.jelly.JellyException} or
	 * {@link dev.twisted.spread.banana.BananaException} if something cannot be sent or
	 * read, a {@link DeadReferenceException} if there is no connection, a
	 * {@link PBConnectionLost} if it is lost meanwhile, or a
	 * {@link dev.twisted.defer.TimeoutException}. Cancelling it means that nobody waits
	 * any more; the other side does not learn of it
	 */
	public <T extends @Nullable Object> Deferred<T> callRemote(String name, @Nullable Object... arguments) {
		return call(name, Arrays.asList(arguments), Map.of(), true);
	}

	/**
	 * Call a method of the object and do not ask for an answer, not even for an error.
	 * @param name the method
	 * @param arguments the arguments by position
	 * @return fires with {@code null} when the call has been handed to the transport, or
	 * with the reason why it could not be
	 */
	public Deferred<@Nullable Void> callRemoteOnly(String name, @Nullable Object... arguments) {
		return this.<@Nullable Void>call(name, Arrays.asList(arguments), Map.of(), false);
	}

	/**
	 * A method of the object, to be called with arguments by name.
	 * @param name the method
	 * @return the method
	 */
	public RemoteMethod remoteMethod(String name) {
		return new RemoteMethod(this, name, Map.of());
	}

	<T extends @Nullable Object> Deferred<T> call(String name, List<? extends @Nullable Object> arguments,
			Map<String, ? extends @Nullable Object> keywords, boolean answerRequired) {
		if (released()) {
			return Deferred.fail(released(name));
		}
		return this.broker
			.call(new OutgoingCall(this.luid, this.perspective, name, arguments, keywords, answerRequired));
	}

	private static DeadReferenceException released(String use) {
		return new DeadReferenceException(
				"'%s' on a reference that was given back: one that came as an argument lives until its call is answered, unless keep() was called"
					.formatted(use));
	}

	/**
	 * Look at the object as at one of ours: each method of an interface is a call.
	 * @param <T> the interface
	 * @param type the interface. Its methods return a Deferred, a CompletableFuture, a
	 * Mono, or nothing if they ask for no answer. A method is called by its name, or by
	 * that in {@link Remote}
	 * @return an implementation of it
	 * @throws IllegalArgumentException if a method returns something else
	 */
	public <T> T as(Class<T> type) {
		return RemoteProxy.of(type, (call) -> call(call.name(), call.arguments(), Map.of(), call.answerRequired()));
	}

	/**
	 * Have this reference longer than the call that it came with.
	 * @return this
	 * @throws IllegalStateException if it has been given back already
	 */
	public synchronized RemoteReference keep() {
		if (this.claim != null && !this.kept) {
			if (released()) {
				throw new IllegalStateException("The reference has been given back already");
			}
			this.kept = true;
			CLEANER.register(this, this.claim);
		}
		return this;
	}

	/**
	 * Give the reference back now. It cannot be used any more. Does nothing if that has
	 * been done.
	 */
	public void release() {
		if (this.claim != null) {
			this.claim.run();
		}
	}

	synchronized void giveBackUnlessKept() {
		if (!this.kept) {
			release();
		}
	}

	private boolean released() {
		return this.claim != null && this.claim.released.get();
	}

	/**
	 * Be told when the connection is lost; at once if it is.
	 * @param callback is called with this reference, on the connection's loop
	 */
	public void notifyOnDisconnect(Consumer<? super RemoteReference> callback) {
		synchronized (this.disconnectCallbacks) {
			this.disconnectCallbacks.add(callback);
			if (this.disconnectCallbacks.size() > 1) {
				return;
			}
		}
		// The broker would keep this reference reachable: that is what the caller wants.
		this.broker.notifyOnDisconnect(this, this::disconnected);
	}

	/**
	 * Do not be told any more.
	 * @param callback what was given to {@link #notifyOnDisconnect}
	 */
	public void dontNotifyOnDisconnect(Consumer<? super RemoteReference> callback) {
		synchronized (this.disconnectCallbacks) {
			if (!this.disconnectCallbacks.remove(callback) || !this.disconnectCallbacks.isEmpty()) {
				return;
			}
		}
		this.broker.dontNotifyOnDisconnect(this);
	}

	private void disconnected() {
		List<Consumer<? super RemoteReference>> callbacks;
		synchronized (this.disconnectCallbacks) {
			callbacks = List.copyOf(this.disconnectCallbacks);
			this.disconnectCallbacks.clear();
		}
		callbacks.forEach((callback) -> this.broker.guard(() -> callback.accept(this)));
	}

	/**
	 * The connection that this reference belongs to.
	 * @return the broker
	 */
	public Broker broker() {
		return this.broker;
	}

	@Override
	public Object jellyFor(Jellier jellier) throws JellyException {
		if (jellier.invoker(Broker.class) != this.broker) {
			throw new JellyException("A reference can be sent only to where it came from");
		}
		if (released()) {
			throw new JellyException("A reference that was given back cannot be sent");
		}
		return List.of(Words.LOCAL, this.luid);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RemoteReference reference && reference.broker == this.broker
				&& reference.luid.equals(this.luid);
	}

	@Override
	public int hashCode() {
		return this.luid.hashCode();
	}

	@Override
	public String toString() {
		return "RemoteReference[%s%s]".formatted(this.luid, released() ? ", given back" : "");
	}

	/**
	 * What the other side has counted; outlives the reference, and so must not know it.
	 */
	private static final class Claim implements Runnable {

		private final Broker broker;

		private final Object luid;

		private final AtomicBoolean released = new AtomicBoolean();

		Claim(Broker broker, Object luid) {
			this.broker = broker;
			this.luid = luid;
		}

		@Override
		public void run() {
			if (this.released.compareAndSet(false, true)) {
				this.broker.sendDecRef(this.luid);
			}
		}

	}

}
