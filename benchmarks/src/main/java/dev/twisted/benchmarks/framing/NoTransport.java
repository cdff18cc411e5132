package dev.twisted.benchmarks.framing;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;

/**
 * A connection on which nothing is sent.
 */
final class NoTransport implements Transport {

	@Override
	public void write(byte[] data) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void write(ByteBuf data) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void loseConnection() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void abortConnection() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void loseWriteConnection() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void failConnection(Failure reason) {
		throw new IllegalStateException(reason.value());
	}

	@Override
	public boolean disconnecting() {
		return false;
	}

	@Override
	public void callFromThread(Action call) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void unregisterProducer() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void pauseProducing() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void resumeProducing() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void stopProducing() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Address getPeer() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Address getHost() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean getTcpNoDelay() {
		return true;
	}

	@Override
	public void setTcpNoDelay(boolean enabled) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean getTcpKeepAlive() {
		return false;
	}

	@Override
	public void setTcpKeepAlive(boolean enabled) {
		throw new UnsupportedOperationException();
	}

}
