package dev.twisted.web.client;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a protocol that gets the body of a response. It can be paused and
 * given up, and cannot be written to. Follows Twisted's {@code TransportProxyProducer}.
 */
final class BodyTransport implements Transport {

	private final ResponseBody body;

	private final @Nullable SocketAddress peer;

	private final @Nullable SocketAddress host;

	private final Executor home;

	private final Executor later;

	BodyTransport(ResponseBody body, @Nullable SocketAddress peer, @Nullable SocketAddress host, Executor home,
			Executor later) {
		this.body = body;
		this.peer = peer;
		this.host = host;
		this.home = home;
		this.later = later;
	}

	@Override
	public void pauseProducing() {
		this.home.execute(this.body::pause);
	}

	@Override
	public void resumeProducing() {
		this.home.execute(this.body::resume);
	}

	@Override
	public void stopProducing() {
		loseConnection();
	}

	@Override
	public void loseConnection() {
		giveUp(ConnectionDone.FAILURE);
	}

	@Override
	public void abortConnection() {
		giveUp(ConnectionAborted.FAILURE);
	}

	private void giveUp(Failure why) {
		this.home.execute(() -> this.body.fail(new Failure(new ResponseFailed(List.of(why), null))));
	}

	@Override
	public void failConnection(Failure reason) {
		this.home.execute(() -> this.body.fail(reason));
	}

	@Override
	public boolean disconnecting() {
		return this.body.closed();
	}

	@Override
	public void callFromThread(Action call) {
		this.later.execute(() -> {
			try {
				call.run();
			}
			catch (Exception ex) {
				this.body.fail(new Failure(ex));
			}
		});
	}

	@Override
	public Address getPeer() {
		return address(this.peer);
	}

	@Override
	public Address getHost() {
		return address(this.host);
	}

	private static Address address(@Nullable SocketAddress address) {
		if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
			return Address.of("TCP", internet);
		}
		throw new IllegalStateException("The connection was gone before its address was asked for");
	}

	@Override
	public boolean getTcpNoDelay() {
		return true;
	}

	@Override
	public void setTcpNoDelay(boolean enabled) {
		// The agent's business.
	}

	@Override
	public boolean getTcpKeepAlive() {
		return false;
	}

	@Override
	public void setTcpKeepAlive(boolean enabled) {
		// The agent's business.
	}

	@Override
	public void write(byte[] data) {
		throw readOnly();
	}

	@Override
	public void write(ByteBuf data) {
		data.release();
		throw readOnly();
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		throw readOnly();
	}

	@Override
	public void loseWriteConnection() {
		throw readOnly();
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		throw readOnly();
	}

	@Override
	public void unregisterProducer() {
		throw readOnly();
	}

	private static UnsupportedOperationException readOnly() {
		return new UnsupportedOperationException("The body of a response can only be read");
	}

}
