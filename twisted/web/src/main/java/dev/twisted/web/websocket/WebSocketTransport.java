package dev.twisted.web.websocket;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Function;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.Transport;
import dev.twisted.internet.netty.ReactorLoops;
import dev.twisted.web.OutgoingBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A WebSocket as the transport of a protocol, which is served unchanged: what a message
 * carries, text or binary, is data that was received, and what a callback of the protocol
 * writes is one binary message, or several of 64 KiB. As in TCP, the bounds of messages
 * mean nothing.
 * <p>
 * The protocol lives on the loop of the reactor that the WebSocket was opened on, or else
 * on the main loop. While the browser takes less than is written, reading from it pauses,
 * or the producer does.
 * <p>
 * There is no half-close in a WebSocket: who ends the output ends all of it. What belongs
 * to the socket, such as TLS and {@code TCP_NODELAY}, is the web server's.
 */
public final class WebSocketTransport implements Transport {

	/** Many clients take no more in a message, unless they are told to. */
	private static final int MAX_MESSAGE = 64 * 1024;

	private final Factory factory;

	private final Address peer;

	private final Address host;

	private final ReactorLoops loops;

	private final Executor home;

	private final Executor later;

	private final Input input = new Input();

	private final OutgoingBytes outgoing;

	private final Sinks.Empty<Void> aborted = Sinks.empty();

	private @Nullable Protocol protocol;

	/** What the callback that runs has written. */
	private @Nullable ByteBuf gathered;

	/** Whether that was put together here, and can take more. */
	private boolean joint;

	private int callbacks;

	private @Nullable Failure reason;

	private boolean paused;

	/** Whether too much output waits. */
	private boolean behind;

	/** Volatile for those on other threads, who look before they ask the loop. */
	private volatile boolean closing;

	private boolean lost;

	/**
	 * Make the transport of a WebSocket that is open.
	 * @param reactor runs the protocol
	 * @param name what is served, in the log context of the protocol
	 * @param factory makes the protocol
	 * @param peer who has opened it
	 * @param host where
	 */
	public WebSocketTransport(Reactor reactor, String name, Factory factory, Address peer, Address host) {
		this.factory = factory;
		this.peer = peer;
		this.host = host;
		this.loops = ReactorLoops.of(reactor);
		this.home = this.loops.connection(factory.logPrefix(), name);
		Executor turn = this.loops.later(factory.logPrefix());
		this.later = (call) -> turn.execute(() -> this.home.execute(call));
		this.outgoing = new OutgoingBytes(this.home, this.input);
	}

	/**
	 * Serve the WebSocket from its beginning to its end.
	 * @param messages what its messages carry; released by this
	 * @param send sends messages that carry what it is given, and completes when that
	 * does and all is sent
	 * @return completes when the WebSocket is to be closed; fails if that is for an
	 * error, with what a callback has thrown or what the connection was failed with
	 */
	public Mono<Void> serve(Flux<ByteBuf> messages, Function<Publisher<ByteBuf>, Mono<Void>> send) {
		Mono<Void> sent = Mono.defer(() -> {
			this.home.execute(this::begin);
			messages.subscribe(this.input);
			return send.apply(this.outgoing);
		});
		return Mono.firstWithSignal(sent, this.aborted.asMono())
			.then(Mono.defer(this::ended))
			.doOnError((cause) -> this.home.execute(() -> lose(lostBy(cause))))
			.doOnSuccess((nothing) -> this.home.execute(() -> lose(ConnectionDone.FAILURE)))
			.doOnCancel(() -> this.home.execute(() -> lose(new Failure(new ConnectionLost(null)))));
	}

	/** All is sent; whether that is the end that the protocol wanted. */
	private Mono<Void> ended() {
		Failure why = this.reason;
		return (why == null || why == ConnectionDone.FAILURE) ? Mono.empty() : Mono.error(why.value());
	}

	private static Failure lostBy(Throwable cause) {
		return new Failure((cause instanceof ConnectionAborted) ? cause : new ConnectionLost(cause));
	}

	private void begin() {
		Protocol built = null;
		try {
			built = this.factory.buildProtocol(this.peer);
		}
		catch (Exception ex) {
			this.loops.callbackFailed(this.factory.logPrefix(), ex);
			failConnection(new Failure(ex));
			return;
		}
		if (built == null || this.lost) {
			loseConnection();
			return;
		}
		Protocol made = built;
		if (made.factory() == null) {
			made.setFactory(this.factory);
		}
		this.protocol = made;
		callback(() -> made.makeConnection(this));
		this.input.ask();
	}

	/** Run a callback of the protocol, then send what it has written. */
	private void callback(Action action) {
		this.callbacks++;
		try {
			action.run();
		}
		catch (Throwable ex) {
			this.loops.callbackFailed(this, ex);
			failConnection(new Failure(ex));
		}
		finally {
			this.callbacks--;
			flush();
		}
	}

	private void flush() {
		if (this.callbacks == 0) {
			send();
		}
	}

	/** Send what is gathered, in messages that any client takes. */
	private void send() {
		ByteBuf all = this.gathered;
		this.gathered = null;
		this.joint = false;
		if (all != null) {
			while (all.readableBytes() > MAX_MESSAGE) {
				this.outgoing.write(all.readRetainedSlice(MAX_MESSAGE));
			}
			this.outgoing.write(all);
		}
	}

	@Override
	public void write(byte[] data) {
		write(Unpooled.wrappedBuffer(data));
	}

	@Override
	public void write(ByteBuf data) {
		this.home.execute(() -> {
			if (this.closing || this.lost || !data.isReadable()) {
				data.release();
				return;
			}
			this.gathered = (this.gathered != null) ? joined(this.gathered, data) : data;
			flush();
		});
	}

	/** Copied into one buffer: one around the other would be too deep to read. */
	private ByteBuf joined(ByteBuf before, ByteBuf data) {
		ByteBuf all = before;
		if (!this.joint) {
			all = Unpooled.buffer(2 * (before.readableBytes() + data.readableBytes())).writeBytes(before);
			this.joint = true;
			before.release();
		}
		all.writeBytes(data);
		data.release();
		return all;
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		ByteBuf joined = Unpooled.buffer();
		data.forEach(joined::writeBytes);
		write(joined);
	}

	@Override
	public void loseConnection() {
		end(ConnectionDone.FAILURE);
	}

	@Override
	public void failConnection(Failure reason) {
		end(reason);
	}

	private void end(Failure why) {
		this.home.execute(() -> {
			if (!this.closing) {
				this.closing = true;
				this.reason = why;
				send();
				this.outgoing.end();
			}
		});
	}

	@Override
	public void loseWriteConnection() {
		loseConnection();
	}

	@Override
	public void abortConnection() {
		this.home.execute(() -> {
			this.closing = true;
			this.reason = ConnectionAborted.FAILURE;
			this.aborted.tryEmitError(ConnectionAborted.FAILURE.value());
		});
	}

	/** The WebSocket is gone. */
	private void lose(Failure why) {
		if (this.lost) {
			return;
		}
		this.lost = true;
		// The input is not cancelled: for some web servers that is to close without a
		// status.
		this.closing = true;
		if (this.gathered != null) {
			this.gathered.release();
			this.gathered = null;
		}
		this.outgoing.end();
		Protocol served = this.protocol;
		Failure told = (this.reason != null) ? this.reason : why;
		if (served != null) {
			callback(() -> served.deliverConnectionLost(told));
		}
	}

	@Override
	public boolean disconnecting() {
		return this.closing;
	}

	@Override
	public void callFromThread(Action call) {
		this.later.execute(() -> callback(call));
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		this.outgoing.registerProducer(producer, streaming);
	}

	@Override
	public void unregisterProducer() {
		this.outgoing.unregisterProducer();
	}

	@Override
	public void pauseProducing() {
		this.home.execute(() -> this.paused = true);
	}

	@Override
	public void resumeProducing() {
		this.home.execute(() -> {
			this.paused = false;
			this.input.ask();
		});
	}

	@Override
	public void stopProducing() {
		loseConnection();
	}

	@Override
	public Address getPeer() {
		return this.peer;
	}

	@Override
	public Address getHost() {
		return this.host;
	}

	@Override
	public boolean getTcpNoDelay() {
		return true;
	}

	@Override
	public void setTcpNoDelay(boolean enabled) {
		// The web server's business.
	}

	@Override
	public boolean getTcpKeepAlive() {
		return false;
	}

	@Override
	public void setTcpKeepAlive(boolean enabled) {
		// The web server's business.
	}

	@Override
	public String toString() {
		Protocol served = this.protocol;
		return "%s on a WebSocket from %s".formatted((served != null) ? served.logPrefix() : this.factory.logPrefix(),
				this.peer);
	}

	/**
	 * What comes from the browser: a message at a time, and none while the protocol does
	 * not want any or too much output waits.
	 */
	private final class Input extends BaseSubscriber<ByteBuf> implements PushProducer {

		private boolean asked;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			WebSocketTransport.this.home.execute(this::ask);
		}

		void ask() {
			WebSocketTransport transport = WebSocketTransport.this;
			if (!this.asked && transport.protocol != null && !transport.paused && !transport.behind
					&& !transport.closing && upstream() != null) {
				this.asked = true;
				request(1);
			}
		}

		@Override
		protected void hookOnNext(ByteBuf message) {
			WebSocketTransport.this.home.execute(() -> received(message));
		}

		private void received(ByteBuf message) {
			this.asked = false;
			try {
				Protocol served = WebSocketTransport.this.protocol;
				if (served != null && !WebSocketTransport.this.closing && message.isReadable()) {
					callback(() -> served.deliverData(message));
				}
			}
			finally {
				message.release();
			}
			ask();
		}

		@Override
		protected void hookOnComplete() {
			WebSocketTransport.this.home.execute(() -> lose(ConnectionDone.FAILURE));
		}

		@Override
		protected void hookOnError(Throwable cause) {
			Failure why = new Failure(new ConnectionLost(new IOException(cause.getMessage(), cause)));
			WebSocketTransport.this.home.execute(() -> {
				end(why);
				lose(why);
			});
		}

		@Override
		public void pauseProducing() {
			WebSocketTransport.this.behind = true;
		}

		@Override
		public void resumeProducing() {
			WebSocketTransport.this.behind = false;
			ask();
		}

		@Override
		public void stopProducing() {
			// Nobody takes output any more; the end is told elsewhere.
		}

	}

}
