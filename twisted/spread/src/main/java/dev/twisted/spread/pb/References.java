package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Unjellier;
import dev.twisted.spread.jelly.Unjellyable;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of a connection hold of each other, and how that is written and read.
 */
final class References {

	/** What a peer may send besides the types of jelly. */
	private static final Map<Bytes, Unjellyable> TYPES = Map.of(Words.REMOTE,
			(unjellier, jelly) -> of(unjellier).unjellyRemote(jelly), Words.LOCAL,
			(unjellier, jelly) -> of(unjellier).unjellyLocal(jelly), Words.CACHED,
			(unjellier, jelly) -> of(unjellier).locallyCached.again(number(jelly)), Words.LCACHE,
			(unjellier, jelly) -> of(unjellier).unjellyLcache(jelly), CopyableFailure.NAME, CopyableFailure::unjelly);

	private final Broker broker;

	private final BrokerOptions options;

	private final LocalObjects<Referenceable> localObjects;

	private final LocalObjects<Cacheable> remotelyCached;

	private final LocallyCached locallyCached;

	private @Nullable Referenceable root;

	private int lastLocalId;

	private @Nullable Avatar serializingPerspective;

	private @Nullable Avatar unserializingPerspective;

	/** Where references go that come in just now, if they are not for good. */
	private @Nullable Loan loan;

	References(Broker broker, BrokerOptions options) {
		this.broker = broker;
		this.options = options;
		this.localObjects = new LocalObjects<>("reference", options.maxReferences());
		this.remotelyCached = new LocalObjects<>("cache", options.maxReferences());
		this.locallyCached = new LocallyCached(broker, options.maxReferences());
	}

	/** Those of the connection for which an object is written. */
	static References of(Jellier jellier) throws JellyException {
		return jellier.invoker(Broker.class).references();
	}

	/** Those of the connection for which an object is read. */
	static References of(Unjellier unjellier) throws JellyException {
		return unjellier.invoker(Broker.class).references();
	}

	void setRoot(Referenceable root) {
		this.root = root;
	}

	/** How many of our objects the peer holds. */
	int size() {
		return this.localObjects.size();
	}

	LocallyCached locallyCached() {
		return this.locallyCached;
	}

	/** The connection is gone, and so is everything that was held. */
	void releaseAll() {
		for (LocalObjects.Held<Cacheable> held : this.remotelyCached.releaseAll()) {
			this.broker.guard(() -> stoppedObserving(held));
		}
		for (LocalObjects.Held<Referenceable> held : this.localObjects.releaseAll()) {
			held.cleanups().forEach((cleanup) -> this.broker.guard(cleanup::run));
		}
		this.locallyCached.clear();
	}

	// What is written

	@Nullable Avatar serializingPerspective() {
		return this.serializingPerspective;
	}

	/**
	 * Write objects and send what has been made of them. If that fails, nothing is sent
	 * and nothing counts as sent.
	 */
	void serialize(@Nullable Avatar perspective, Broker.Message message) throws JellyException, BananaException {
		this.serializingPerspective = perspective;
		boolean complete = false;
		try {
			this.broker.send(message.write(new Jellier(this.options.security(), this.broker, this.options.maxDepth())));
			complete = true;
		}
		finally {
			this.serializingPerspective = null;
			if (complete) {
				this.localObjects.commit();
				this.remotelyCached.commit();
			}
			else {
				this.localObjects.rollback();
				// Their owners have been told of an observer that there will never be.
				this.remotelyCached.rollback().forEach((unsent) -> this.broker.guard(() -> stoppedObserving(unsent)));
			}
		}
	}

	@Nullable Object unserialize(Object sexp, @Nullable Avatar perspective, @Nullable Loan loan) throws JellyException {
		this.unserializingPerspective = perspective;
		this.loan = loan;
		try {
			return new Unjellier(this.options.security(), TYPES, this.broker).unjelly(sexp);
		}
		finally {
			this.unserializingPerspective = null;
			this.loan = null;
		}
	}

	/** The number under which the peer is to know an object. */
	int registerReference(Referenceable object) throws JellyException {
		Object identity = object.processUniqueID();
		Integer known = this.localObjects.countAgain(identity);
		if (known != null) {
			return known;
		}
		this.localObjects.hold(this.lastLocalId + 1, identity, object, null);
		return ++this.lastLocalId;
	}

	/** Whether the peer holds an object. */
	boolean holds(Referenceable object) {
		return this.localObjects.number(object.processUniqueID()) != null;
	}

	/** Have something done when the peer does not hold an object any more. */
	void whenReleased(Referenceable object, Runnable cleanup) throws JellyException {
		Integer number = this.localObjects.number(object.processUniqueID());
		if (number != null) {
			this.localObjects.whenReleased(number, cleanup);
		}
	}

	Object jellyCacheable(Cacheable object, Jellier jellier) throws JellyException {
		Identity identity = new Identity(object);
		Integer known = this.remotelyCached.countAgain(identity);
		if (known != null) {
			return List.of(Words.CACHED, known);
		}
		Avatar perspective = this.serializingPerspective;
		this.remotelyCached.hold(this.lastLocalId + 1, identity, object, perspective);
		int number = ++this.lastLocalId;
		List<Object> sexp = new ArrayList<>();
		sexp.add(Bytes.utf8(object.getTypeToCopy()));
		sexp.add(number);
		sexp.add(jellier.jelly(object.getStateToCacheAndObserveFor(perspective,
				new RemoteCacheObserver(this.broker, object, perspective))));
		return sexp;
	}

	Object cacheNumber(Cacheable cached) throws ProtocolException {
		Integer number = this.remotelyCached.number(new Identity(cached));
		if (number == null) {
			throw new ProtocolException("The peer has no copy of the object that it is to be told of");
		}
		return number;
	}

	// What is read

	@Nullable MessageReceiver localTarget(Object number) {
		return Words.ROOT.equals(number) ? this.root : this.localObjects.get(number);
	}

	/** Nobody is told of a cache that has just been given back, which is no error. */
	@Nullable MessageReceiver cacheTarget(Object number) {
		RemoteCache cache = this.locallyCached.get(number);
		return (cache != null || !this.locallyCached.contains(number)) ? cache : (call) -> null;
	}

	private RemoteReference unjellyRemote(List<?> jelly) throws JellyException {
		RemoteReference reference = new RemoteReference(this.broker, number(jelly), this.unserializingPerspective,
				true);
		Loan present = this.loan;
		if (present != null) {
			present.add(reference);
			return reference;
		}
		return reference.keep();
	}

	private @Nullable Object unjellyLocal(List<?> jelly) throws JellyException {
		return localTarget((jelly.size() == 2) ? jelly.get(1) : jelly);
	}

	private Object unjellyLcache(List<?> jelly) throws JellyException {
		Cacheable cached = this.remotelyCached.get(number(jelly));
		if (cached == null) {
			throw new JellyException("There is no object %s that the peer has a cache of".formatted(jelly.get(1)));
		}
		return cached;
	}

	private static Integer number(List<?> jelly) throws JellyException {
		if (jelly.size() == 2 && jelly.get(1) instanceof Integer number) {
			return number;
		}
		throw new JellyException("A reference has no number");
	}

	// What is given back

	void decref(List<?> message) throws ProtocolException {
		if (!this.localObjects.contains(message.get(1))) {
			throw new ProtocolException(
					"The peer gives back %s, which it does not hold".formatted(Words.shown(message.get(1))));
		}
		LocalObjects.Held<Referenceable> released = this.localObjects.release((Integer) message.get(1));
		if (released != null) {
			released.cleanups().forEach((cleanup) -> this.broker.guard(cleanup::run));
		}
	}

	void decache(List<?> message) throws ProtocolException, BananaException {
		if (!this.remotelyCached.contains(message.get(1))) {
			throw new ProtocolException(
					"The peer gives back the cache %s, which it does not have".formatted(Words.shown(message.get(1))));
		}
		LocalObjects.Held<Cacheable> released = this.remotelyCached.release((Integer) message.get(1));
		if (released != null) {
			this.broker.guard(() -> stoppedObserving(released));
			this.broker.send(List.of(Words.UNCACHE, message.get(1)));
		}
	}

	private void stoppedObserving(LocalObjects.Held<Cacheable> held) {
		held.object()
			.stoppedObserving(held.perspective(),
					new RemoteCacheObserver(this.broker, held.object(), held.perspective()));
	}

	void uncache(List<?> message) throws ProtocolException {
		if (!this.locallyCached.remove(message.get(1))) {
			throw new ProtocolException(
					"The peer lets go of the cache %s, which there is not".formatted(Words.shown(message.get(1))));
		}
	}

}
