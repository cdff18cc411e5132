package dev.twisted.web.client;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Protocol;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.netty.Connection;

/**
 * The body of one response on its way to a protocol: a piece at a time, and none while
 * the protocol has paused. Its signals come on the connection's loop and are passed on to
 * the exchange's, where everything else happens.
 */
final class ResponseBody extends BaseSubscriber<ByteBuf> {

	private final Exchange exchange;

	private final Connection connection;

	private final Framing framing;

	private final Executor home;

	private final Executor later;

	/** Asked for now, since a connection whose response has come is another's. */
	private final @Nullable SocketAddress peer;

	private final @Nullable SocketAddress host;

	private @Nullable Response response;

	private @Nullable Protocol protocol;

	private boolean paused;

	/** Whether a piece was asked for and has not come. */
	private boolean asked;

	/** Whether nothing more is wanted. */
	private boolean closed;

	/** Why it has ended, until the protocol can be told. */
	private @Nullable Failure end;

	ResponseBody(Exchange exchange, Connection connection, Framing framing, Executor home, Executor later) {
		this.exchange = exchange;
		this.connection = connection;
		this.framing = framing;
		this.home = home;
		this.later = later;
		this.peer = connection.channel().remoteAddress();
		this.host = connection.channel().localAddress();
	}

	void belongsTo(Response response) {
		this.response = response;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		// Nothing is read before somebody wants it.
	}

	@Override
	protected void hookOnNext(ByteBuf piece) {
		piece.retain();
		this.home.execute(() -> received(piece));
	}

	@Override
	protected void hookOnComplete() {
		this.home.execute(() -> ended(this.framing.delimited() ? ResponseDone.FAILURE : PotentialDataLoss.FAILURE));
	}

	@Override
	protected void hookOnError(Throwable cause) {
		this.home.execute(() -> ended(new Failure(new ResponseFailed(List.of(Reasons.reason(cause)), this.response))));
	}

	private void received(ByteBuf piece) {
		this.asked = false;
		try {
			Protocol taker = this.protocol;
			if (taker != null && !this.closed) {
				taker.deliverData(piece);
			}
		}
		catch (Exception ex) {
			fail(new Failure(ex));
			throw (ex instanceof RuntimeException unchecked) ? unchecked : new IllegalStateException(ex);
		}
		finally {
			piece.release();
			ask();
		}
	}

	private void ask() {
		if (this.protocol != null && !this.paused && !this.asked && !this.closed && this.end == null) {
			this.asked = true;
			request(1);
		}
	}

	/** Everything has come, or will never come. */
	private void ended(Failure reason) {
		if (this.end == null) {
			this.end = reason;
			if (this.protocol != null || !hasBody()) {
				this.exchange.over();
			}
			tell();
		}
	}

	private boolean hasBody() {
		return this.framing.length() != 0;
	}

	void deliver(Protocol taker) {
		this.protocol = taker;
		if (this.end != null) {
			this.exchange.over();
		}
		try {
			taker.makeConnection(new BodyTransport(this, this.peer, this.host, this.home, this.later));
		}
		catch (Exception ex) {
			fail(new Failure(ex));
			throw (ex instanceof RuntimeException unchecked) ? unchecked : new IllegalStateException(ex);
		}
		ask();
		tell();
	}

	/** Tell the protocol that this is the end, once. */
	private void tell() {
		Protocol taker = this.protocol;
		Failure reason = this.end;
		if (taker == null || reason == null || this.paused) {
			return;
		}
		this.closed = true;
		this.protocol = null;
		try {
			taker.deliverConnectionLost(reason);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	void pause() {
		this.paused = true;
	}

	void resume() {
		if (this.paused) {
			this.paused = false;
			ask();
			tell();
		}
	}

	boolean closed() {
		return this.closed;
	}

	/** Give up, and have the protocol know why. */
	void fail(Failure reason) {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.paused = false;
		this.end = reason;
		this.exchange.over();
		abandon();
		tell();
	}

	/**
	 * Nobody wants it. Unless it has come completely, its connection cannot be used for
	 * anything else; if it has, Reactor Netty has taken the connection from it.
	 */
	void abandon() {
		this.closed = true;
		cancel();
		this.connection.dispose();
	}

}
