package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import dev.twisted.spread.banana.BananaDecoder;
import dev.twisted.spread.banana.BananaEncoder;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.banana.Dialect;
import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Unjellier;
import dev.twisted.spread.jelly.Unjellyable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of Perspective Broker, the same on both sides. Follows Twisted's class
 * of this name. Made by {@link PBServerFactory} and {@link PBClientFactory}.
 * <p>
 * What breaks the rules of the protocol closes this connection, is its reason and is
 * logged in one line. All methods are for the connection's loop unless they say
 * otherwise.
 */
public final class Broker extends Protocol implements HalfCloseableProtocol {

	private static final Logger logger = LoggerFactory.getLogger(Broker.class);

	private static final int VERSION = 6;

	/** How many elements a call has. */
	private static final int MESSAGE_LENGTH = 7;

	private static final int AT_FIRST = 256;

	/** What a peer may send besides the types of jelly. */
	private static final Map<Bytes, Unjellyable> TYPES = Map.of(Words.REMOTE,
			(unjellier, jelly) -> unjellier.invoker(Broker.class).unjellyRemote(jelly), Words.LOCAL,
			(unjellier, jelly) -> unjellier.invoker(Broker.class).unjellyLocal(jelly), Words.CACHED,
			(unjellier, jelly) -> unjellier.invoker(Broker.class).locallyCached.again(number(jelly)), Words.LCACHE,
			(unjellier, jelly) -> unjellier.invoker(Broker.class).unjellyLcache(jelly), CopyableFailure.NAME,
			CopyableFailure::unjelly);

	private final boolean client;

	private final BrokerOptions options;

	private final BrokerOwner owner;

	private final BananaDecoder decoder;

	private final LocalObjects<Referenceable> localObjects;

	private final LocalObjects<Cacheable> remotelyCached;

	private final LocallyCached locallyCached;

	private final PendingCalls pending;

	private final IncomingCalls incoming = new IncomingCalls(this);

	private final Pages pages = new Pages(this);

	private final Map<Object, Action> disconnectCallbacks = new IdentityHashMap<>(0);

	private @Nullable Referenceable root;

	private @Nullable Dialect dialect;

	/** The loop of this connection. */
	private volatile @Nullable Thread loop;

	private volatile boolean disconnected;

	private int lastLocalId;

	private @Nullable Avatar serializingPerspective;

	private @Nullable Avatar unserializingPerspective;

	/** Where references go that come in just now, if they are not for good. */
	private @Nullable Loan loan;

	private boolean inputClosed;

	Broker(boolean client, ReactorTime clock, BrokerOptions options, BrokerOwner owner) {
		this.client = client;
		this.options = options;
		this.owner = owner;
		this.decoder = new BananaDecoder(options.maxDepth(), options.maxSize());
		this.localObjects = new LocalObjects<>("reference", options.maxReferences());
		this.remotelyCached = new LocalObjects<>("cache", options.maxReferences());
		this.locallyCached = new LocallyCached(this, options.maxReferences());
		this.pending = new PendingCalls(clock, options.callTimeout(),
				() -> refuse(new ProtocolException("The peer leaves too many calls without an answer")));
	}

	/** Say what the peer gets hold of first. */
	void setRoot(Referenceable root) {
		this.root = root;
	}

	BrokerOptions options() {
		return this.options;
	}

	// The connection

	@Override
	protected void connectionMade() throws BananaException {
		this.loop = Thread.currentThread();
		if (!this.client) {
			send(List.copyOf(Dialect.OFFER));
		}
	}

	@Override
	protected void dataReceived(ByteBuf data) throws Exception {
		ByteBuf input = this.decoder.receive(data);
		try {
			while (!transport().disconnecting()) {
				Object expression = this.decoder.next(input);
				if (expression == null) {
					break;
				}
				expressionReceived(expression);
			}
			this.decoder.keep(input);
		}
		catch (BananaException | ProtocolException ex) {
			refuse(ex);
		}
	}

	/** The peer has broken the rules. */
	private void refuse(Exception reason) {
		logger.warn("{}: the peer has broken the rules of Perspective Broker and loses its connection: {}",
				transport().getPeer(), reason.getMessage());
		transport().failConnection(new Failure(reason));
	}

	@Override
	public void readConnectionLost() {
		this.inputClosed = true;
		closeIfDone();
	}

	@Override
	public void writeConnectionLost() {
	}

	/** A peer that has asked and closed its side gets its answers first. */
	void closeIfDone() {
		if (this.inputClosed && this.incoming.isEmpty()) {
			transport().loseConnection();
		}
	}

	@Override
	protected void connectionLost(Failure reason) {
		this.disconnected = true;
		this.pending.failAll(new PBConnectionLost(reason.value()));
		this.owner.brokerLost(this, reason);
		for (LocalObjects.Held<Cacheable> held : this.remotelyCached.releaseAll()) {
			guard(() -> stoppedObserving(held));
		}
		for (LocalObjects.Held<Referenceable> held : this.localObjects.releaseAll()) {
			held.cleanups().forEach((cleanup) -> guard(cleanup::run));
		}
		this.locallyCached.clear();
		List<Action> callbacks = List.copyOf(this.disconnectCallbacks.values());
		this.disconnectCallbacks.clear();
		callbacks.forEach(this::guard);
	}

	/** Have something of others done: what it throws is not our end. */
	void guard(Action action) {
		try {
			action.run();
		}
		catch (Exception ex) {
			logger.error("What was to be done for {} has failed", this, ex);
		}
	}

	/**
	 * Have something done when the connection is lost; at once if it is. May be called
	 * from any thread.
	 * @param key for whom, compared by identity; there is one callback for each
	 * @param callback what to do, on the connection's loop
	 */
	public void notifyOnDisconnect(Object key, Action callback) {
		onLoop(() -> {
			if (this.disconnected) {
				guard(callback);
			}
			else {
				this.disconnectCallbacks.put(key, callback);
			}
		});
	}

	/**
	 * Do not have it done any more. May be called from any thread.
	 * @param key for whom it was to be done
	 */
	public void dontNotifyOnDisconnect(Object key) {
		onLoop(() -> this.disconnectCallbacks.remove(key));
	}

	/** Run something on the loop of this connection: now, if this is it. */
	void onLoop(Action action) {
		if (Thread.currentThread() == this.loop) {
			guard(action);
		}
		else {
			transport().callFromThread(() -> guard(action));
		}
	}

	// What comes in

	private void expressionReceived(Object expression) throws ProtocolException, BananaException {
		if (this.dialect == null) {
			Dialect agreed = this.client ? Negotiation.pick(expression) : Negotiation.picked(expression);
			if (this.client) {
				send(agreed.word());
			}
			this.dialect = agreed;
			this.decoder.setDialect(agreed);
			send(List.of(Words.VERSION, VERSION));
			this.owner.brokerReady(this);
			return;
		}
		if (!(expression instanceof List<?> message) || message.isEmpty()
				|| !(message.get(0) instanceof Bytes command)) {
			throw new ProtocolException("What came is no message");
		}
		Command handler = Command.BY_NAME.get(command);
		if (handler == null) {
			throw new ProtocolException("The command %s is unknown".formatted(command));
		}
		if (message.size() != handler.length) {
			throw new ProtocolException(
					"%s has %d elements, not %d".formatted(command, handler.length, message.size()));
		}
		handler.action.run(this, message);
	}

	private void versionReceived(List<?> message) throws ProtocolException {
		if (!Integer.valueOf(VERSION).equals(message.get(1))) {
			throw new ProtocolException("The peer speaks version %s, not %d".formatted(message.get(1), VERSION));
		}
	}

	private void callReceived(List<?> message, boolean toCache) throws ProtocolException, BananaException {
		if (message.get(1) instanceof List || !(message.get(3) instanceof Bytes name)) {
			throw new ProtocolException("A call has no number or no name");
		}
		RemoteCall call = new RemoteCall(this, message.get(1), name.decode(), message.get(5), message.get(6),
				!Integer.valueOf(0).equals(message.get(4)));
		Object target = message.get(2);
		this.incoming.received(call, toCache ? cacheTarget(target) : localTarget(target));
	}

	private @Nullable MessageReceiver localTarget(Object number) {
		return Words.ROOT.equals(number) ? this.root : this.localObjects.get(number);
	}

	/** Nobody is told of a cache that has just been given back, which is no error. */
	private @Nullable MessageReceiver cacheTarget(Object number) {
		RemoteCache cache = this.locallyCached.get(number);
		return (cache != null || !this.locallyCached.contains(number)) ? cache : (call) -> null;
	}

	private void answerReceived(List<?> message) throws ProtocolException {
		Deferred<@Nullable Object> waiting = this.pending.take(message.get(1));
		Object answer = read(message.get(2), waiting);
		if (waiting == null) {
			return;
		}
		if (answer instanceof Failure failure) {
			waiting.errback(failure);
		}
		else {
			waiting.callback(answer);
		}
	}

	private void errorReceived(List<?> message) throws ProtocolException {
		Deferred<@Nullable Object> waiting = this.pending.take(message.get(1));
		Object error = read(message.get(2), waiting);
		if (waiting != null) {
			waiting.errback((error instanceof Failure failure) ? failure
					: new RemoteFailure(new RemoteException("twisted.spread.pb.Error", String.valueOf(error))));
		}
	}

	/** Read an answer, also if nobody wants it: there may be references in it. */
	private @Nullable Object read(Object sexp, @Nullable Deferred<@Nullable Object> waiting) {
		Loan unwanted = (waiting == null) ? new Loan() : null;
		try {
			return unserialize(sexp, null, unwanted);
		}
		catch (JellyException | RuntimeException ex) {
			return new Failure(ex);
		}
		finally {
			if (unwanted != null) {
				unwanted.giveBack();
			}
		}
	}

	private void decrefReceived(List<?> message) throws ProtocolException {
		if (!this.localObjects.contains(message.get(1))) {
			throw new ProtocolException("The peer gives back %s, which it does not hold".formatted(message.get(1)));
		}
		LocalObjects.Held<Referenceable> released = this.localObjects.release((Integer) message.get(1));
		if (released != null) {
			released.cleanups().forEach((cleanup) -> guard(cleanup::run));
		}
	}

	private void decacheReceived(List<?> message) throws ProtocolException, BananaException {
		if (!this.remotelyCached.contains(message.get(1))) {
			throw new ProtocolException("The peer gives back the cache %s, which it does not have".formatted(message.get(1)));
		}
		LocalObjects.Held<Cacheable> released = this.remotelyCached.release((Integer) message.get(1));
		if (released != null) {
			guard(() -> stoppedObserving(released));
			send(List.of(Words.UNCACHE, message.get(1)));
		}
	}

	private void stoppedObserving(LocalObjects.Held<Cacheable> held) {
		held.object()
			.stoppedObserving(held.perspective(), new RemoteCacheObserver(this, held.object(), held.perspective()));
	}

	private void uncacheReceived(List<?> message) throws ProtocolException {
		if (!this.locallyCached.remove(message.get(1))) {
			throw new ProtocolException("The peer lets go of the cache %s, which there is not".formatted(message.get(1)));
		}
	}

	// What goes out

	/** Send an expression. */
	void send(Object expression) throws BananaException {
		ByteBuf output = ByteBufAllocator.DEFAULT.buffer(AT_FIRST);
		boolean complete = false;
		try {
			BananaEncoder.encode(expression, (this.dialect != null) ? this.dialect : Dialect.NONE, output);
			if (output.readableBytes() > this.options.maxSize()) {
				throw new BananaException("A message of %d bytes is too long to send: the limit is %d"
					.formatted(output.readableBytes(), this.options.maxSize()));
			}
			complete = true;
		}
		finally {
			if (!complete) {
				output.release();
			}
		}
		transport().write(output);
	}

	/**
	 * Call something on the other side. May be called from any thread.
	 * @return fires with the answer, on the connection's loop
	 */
	<T extends @Nullable Object> Deferred<T> call(OutgoingCall call) {
		if (Thread.currentThread() == this.loop) {
			return sendCall(call);
		}
		AtomicReference<@Nullable Deferred<T>> sent = new AtomicReference<>();
		Deferred<T> later = new Deferred<>((deferred) -> onLoop(() -> {
			Deferred<T> inner = sent.get();
			if (inner != null) {
				inner.cancel();
			}
		}));
		transport().callFromThread(() -> {
			if (!later.called()) {
				Deferred<T> inner = sendCall(call);
				sent.set(inner);
				inner.addBoth((result, failure) -> {
					if (!later.called()) {
						settle(later, result, failure);
					}
					return null;
				});
			}
		});
		return later;
	}

	@SuppressWarnings("unchecked")
	private static <T extends @Nullable Object> void settle(Deferred<T> deferred, @Nullable Object result,
			@Nullable Failure failure) {
		if (failure != null) {
			deferred.errback(failure);
		}
		else {
			deferred.callback((T) result);
		}
	}

	@SuppressWarnings("unchecked")
	private <T extends @Nullable Object> Deferred<T> sendCall(OutgoingCall call) {
		if (this.disconnected) {
			return Deferred.fail(new DeadReferenceException(
					"%s cannot be called: the connection is gone".formatted(call.name())));
		}
		long id = this.pending.nextId();
		try {
			Object target = (call.target() instanceof Cacheable cached) ? cacheNumber(cached) : call.target();
			Bytes command = (call.target() instanceof Cacheable) ? Words.CACHEMESSAGE : Words.MESSAGE;
			serialize(call.perspective(), (jellier) -> List.of(command, id, target, call.name(),
					call.answerRequired() ? 1 : 0, jellier.jellyArguments(call.arguments().toArray()),
					jellier.jellyKeywords(call.keywords())));
		}
		catch (JellyException | BananaException | ProtocolException | RuntimeException ex) {
			if (ex instanceof LimitReachedException reached && reached.fatal()) {
				transport().loseConnection();
			}
			return Deferred.fail(ex);
		}
		if (!call.answerRequired()) {
			return (Deferred<T>) Deferred.<@Nullable Object>succeed(null);
		}
		Deferred<@Nullable Object> answer = new Deferred<>((deferred) -> onLoop(() -> this.pending.abandon(id)));
		this.pending.add(id, call.name(), answer);
		return (Deferred<T>) answer;
	}

	private Object cacheNumber(Cacheable cached) throws ProtocolException {
		Integer number = this.remotelyCached.number(new Identity(cached));
		if (number == null) {
			throw new ProtocolException("The peer has no copy of the object that it is to be told of");
		}
		return number;
	}

	/** Give back one reference. May be called from any thread. */
	void sendDecRef(Object luid) {
		onLoop(() -> {
			if (!this.disconnected) {
				send(List.of(Words.DECREF, luid));
			}
		});
	}

	void sendDecache(int number) {
		onLoop(() -> {
			if (!this.disconnected) {
				send(List.of(Words.DECACHE, number));
			}
		});
	}

	/**
	 * Write objects and send what has been made of them. If that fails, nothing is sent
	 * and nothing counts as sent.
	 */
	void serialize(@Nullable Avatar perspective, Message message) throws JellyException, BananaException {
		this.serializingPerspective = perspective;
		boolean complete = false;
		try {
			send(message.write(new Jellier(this.options.security(), this, this.options.maxDepth())));
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
				this.remotelyCached.rollback();
			}
		}
	}

	@Nullable Object unserialize(Object sexp, @Nullable Avatar perspective, @Nullable Loan loan)
			throws JellyException {
		this.unserializingPerspective = perspective;
		this.loan = loan;
		try {
			return new Unjellier(this.options.security(), TYPES, this).unjelly(sexp);
		}
		finally {
			this.unserializingPerspective = null;
			this.loan = null;
		}
	}

	// References

	@Nullable Avatar serializingPerspective() {
		return this.serializingPerspective;
	}

	Pages pages() {
		return this.pages;
	}

	LocallyCached locallyCached() {
		return this.locallyCached;
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
				new RemoteCacheObserver(this, object, perspective))));
		return sexp;
	}

	RemoteReference remoteForName(Bytes name) {
		return new RemoteReference(this, name, null, false);
	}

	private RemoteReference unjellyRemote(List<?> jelly) throws JellyException {
		RemoteReference reference = new RemoteReference(this, number(jelly), this.unserializingPerspective, true);
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

	@Override
	public String toString() {
		return "Broker[%s, %d references]".formatted(this.client ? "client" : "server", this.localObjects.size());
	}

	/** Writes the expression of a message. */
	@FunctionalInterface
	interface Message {

		Object write(Jellier jellier) throws JellyException;

	}

	/** What a peer may say. */
	private enum Command {

		VERSION(Words.VERSION, 2, Broker::versionReceived),

		MESSAGE(Words.MESSAGE, MESSAGE_LENGTH, (broker, message) -> broker.callReceived(message, false)),

		CACHEMESSAGE(Words.CACHEMESSAGE, MESSAGE_LENGTH, (broker, message) -> broker.callReceived(message, true)),

		ANSWER(Words.ANSWER, 3, Broker::answerReceived),

		ERROR(Words.ERROR, 3, Broker::errorReceived),

		DECREF(Words.DECREF, 2, Broker::decrefReceived),

		DECACHE(Words.DECACHE, 2, Broker::decacheReceived),

		UNCACHE(Words.UNCACHE, 2, Broker::uncacheReceived),

		DID_NOT_UNDERSTAND(Words.DID_NOT_UNDERSTAND, 2,
				(broker, message) -> logger.warn("{} did not understand {}", broker.transport().getPeer(),
						message.get(1)));

		private static final Map<Bytes, Command> BY_NAME = new HashMap<>();

		static {
			for (Command command : values()) {
				BY_NAME.put(command.word, command);
			}
		}

		private final Bytes word;

		private final int length;

		private final Reaction action;

		Command(Bytes word, int length, Reaction action) {
			this.word = word;
			this.length = length;
			this.action = action;
		}

	}

	/** What is done about a message. */
	@FunctionalInterface
	private interface Reaction {

		void run(Broker broker, List<?> message) throws ProtocolException, BananaException;

	}

}
