package dev.twisted.spread.pb;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Framed;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import dev.twisted.spread.banana.BananaDecoder;
import dev.twisted.spread.banana.BananaEncoder;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.BananaTooLongException;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.banana.Dialect;
import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
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
public final class Broker extends Protocol implements Framed, HalfCloseableProtocol {

	private static final Logger logger = LoggerFactory.getLogger(Broker.class);

	private static final int VERSION = 6;

	private static final int AT_FIRST = 256;

	private final boolean client;

	private final BrokerOptions options;

	private final BrokerOwner owner;

	private final BananaDecoder decoder;

	private final References references;

	private final PendingCalls pending;

	private final IncomingCalls incoming = new IncomingCalls(this);

	private final Pages pages = new Pages(this);

	private final IdentityHashMap<Object, Action> disconnectCallbacks = new IdentityHashMap<>(0);

	private @Nullable Dialect dialect;

	/** The loop of this connection. */
	private volatile @Nullable Thread loop;

	private volatile boolean disconnected;

	private boolean inputClosed;

	private long messagesReceived;

	/** Who is told of messages that are too long, if anybody is. */
	private @Nullable Runnable tooLong;

	private @Nullable MessageLog log;

	Broker(boolean client, ReactorTime clock, BrokerOptions options, BrokerOwner owner) {
		this.client = client;
		this.options = options;
		this.owner = owner;
		this.decoder = new BananaDecoder(options.maxDepth(), options.maxSize());
		this.references = new References(this, options);
		this.pending = new PendingCalls(clock, options.callTimeout(),
				() -> refuse(new ProtocolException("The peer leaves too many calls without an answer")));
	}

	/** Say what the peer gets hold of first. */
	void setRoot(Referenceable root) {
		this.references.setRoot(root);
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
				this.messagesReceived++;
				if (this.log != null) {
					this.log.received(expression);
				}
				expressionReceived(expression);
			}
			this.decoder.keep(input);
		}
		catch (BananaException | ProtocolException ex) {
			if (ex instanceof BananaTooLongException && this.tooLong != null) {
				this.tooLong.run();
			}
			refuse(ex);
		}
	}

	@Override
	public boolean insideFrame() {
		return this.decoder.insideExpression();
	}

	@Override
	public long framesReceived() {
		return this.messagesReceived;
	}

	@Override
	public boolean limitFrames(int maxLength) {
		this.decoder.setMaxSize(Math.min(maxLength, this.options.maxSize()));
		return true;
	}

	@Override
	public void onFrameTooLong(Runnable listener) {
		this.tooLong = listener;
	}

	@Override
	public void logFrames(Logger logger, int limit) {
		this.log = new MessageLog(logger, limit);
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
		this.references.releaseAll();
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
		if (!(expression instanceof List<?> message) || message.isEmpty() || !(message.get(0) instanceof Bytes name)) {
			throw new ProtocolException("What came is no message");
		}
		Command command = Command.of(name);
		if (command == null) {
			throw new ProtocolException("The command %s is unknown".formatted(name));
		}
		command.run(this, message);
	}

	void versionReceived(List<?> message) throws ProtocolException {
		if (!Integer.valueOf(VERSION).equals(message.get(1))) {
			throw new ProtocolException(
					"The peer speaks version %s, not %d".formatted(Words.shown(message.get(1)), VERSION));
		}
	}

	void callReceived(List<?> message, boolean toCache) throws ProtocolException, BananaException {
		Object id = message.get(1);
		if (!(id instanceof Number || id instanceof Bytes) || !(message.get(3) instanceof Bytes name)) {
			throw new ProtocolException("A call has no number or no name");
		}
		RemoteCall call = new RemoteCall(this, id, name.decode(), message.get(5), message.get(6),
				!Integer.valueOf(0).equals(message.get(4)));
		Object target = message.get(2);
		this.incoming.received(call,
				toCache ? this.references.cacheTarget(target) : this.references.localTarget(target));
	}

	void answerReceived(List<?> message) throws ProtocolException {
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

	void errorReceived(List<?> message) throws ProtocolException {
		Deferred<@Nullable Object> waiting = this.pending.take(message.get(1));
		Object error = read(message.get(2), waiting);
		if (waiting != null) {
			waiting.errback((error instanceof Failure failure) ? failure
					: new RemoteFailure(new RemoteException("twisted.spread.pb.Error", String.valueOf(error))));
		}
	}

	void didNotUnderstandReceived(List<?> message) {
		logger.warn("{} did not understand {}", transport().getPeer(), Words.shown(message.get(1)));
	}

	/** Read an answer, also if nobody wants it: there may be references in it. */
	private @Nullable Object read(Object sexp, @Nullable Deferred<@Nullable Object> waiting) {
		Loan unwanted = (waiting != null) ? null : new Loan();
		try {
			return this.references.unserialize(sexp, null, unwanted);
		}
		catch (Throwable ex) {
			return new Failure(ex);
		}
		finally {
			if (unwanted != null) {
				unwanted.giveBack();
			}
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
		if (this.log != null) {
			this.log.sent(expression);
		}
		transport().write(output);
	}

	/**
	 * Call something on the other side. May be called from any thread.
	 * @return fires with the answer, on the connection's loop
	 */
	<T extends @Nullable Object> Deferred<T> call(OutgoingCall call) {
		// After the end there may be no loop any more that would run anything.
		if (this.disconnected || Thread.currentThread() == this.loop) {
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
				inner.<@Nullable Void>addBoth((result, failure) -> {
					if (!later.called()) {
						settle(later, result, failure);
					}
					return null;
				});
			}
		});
		return later;
	}

	@SuppressWarnings({ "unchecked", "NullAway" }) // The result is null only where a T
													// may be.
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
			return Deferred
				.fail(new DeadReferenceException("%s cannot be called: the connection is gone".formatted(call.name())));
		}
		long id = this.pending.nextId();
		try {
			Object target = (call.target() instanceof Cacheable cached) ? this.references.cacheNumber(cached)
					: call.target();
			Bytes command = (call.target() instanceof Cacheable) ? Words.CACHEMESSAGE : Words.MESSAGE;
			this.references.serialize(call.perspective(),
					(jellier) -> List.of(command, id, target, call.name(), call.answerRequired() ? 1 : 0,
							jellier.jellyArguments(call.arguments().toArray()),
							jellier.jellyKeywords(call.keywords())));
		}
		catch (Throwable ex) {
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

	References references() {
		return this.references;
	}

	Pages pages() {
		return this.pages;
	}

	RemoteReference remoteForName(Bytes name) {
		return new RemoteReference(this, name, null, false);
	}

	@Override
	public String toString() {
		return "Broker[%s, %d references]".formatted(this.client ? "client" : "server", this.references.size());
	}

	/** Writes the expression of a message. */
	@FunctionalInterface
	interface Message {

		Object write(Jellier jellier) throws JellyException;

	}

}
