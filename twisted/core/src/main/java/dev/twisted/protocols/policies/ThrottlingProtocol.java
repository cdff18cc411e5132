package dev.twisted.protocols.policies;

import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link ThrottlingFactory}. Follows Twisted's
 * {@code ThrottlingProtocol}.
 */
public class ThrottlingProtocol extends ProtocolWrapper {

	private final ThrottlingFactory throttlingFactory;

	/** Guards what follows: pausing may be asked for on any thread. */
	private final Object lock = new Object();

	private boolean pausedByProtocol;

	private boolean readsThrottled;

	private boolean writesThrottled;

	private boolean paused;

	private @Nullable Gate gate;

	/**
	 * Wrap a protocol.
	 * @param factory the factory that makes this wrapper
	 * @param wrappedProtocol the protocol
	 */
	public ThrottlingProtocol(ThrottlingFactory factory, Protocol wrappedProtocol) {
		super(factory, wrappedProtocol);
		this.throttlingFactory = factory;
	}

	@Override
	protected void connectionMade() throws Exception {
		super.connectionMade();
		throttleReads(this.throttlingFactory.readsThrottled());
		throttleWrites(this.throttlingFactory.writesThrottled());
	}

	@Override
	protected void dataReceived(ByteBuf data) throws Exception {
		this.throttlingFactory.registerRead(data.readableBytes());
		super.dataReceived(data);
	}

	@Override
	public void write(byte[] data) {
		this.throttlingFactory.registerWritten(data.length);
		super.write(data);
	}

	@Override
	public void write(ByteBuf data) {
		this.throttlingFactory.registerWritten(data.readableBytes());
		super.write(data);
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		int bytes = 0;
		for (byte[] piece : data) {
			bytes += piece.length;
		}
		this.throttlingFactory.registerWritten(bytes);
		super.writeSequence(data);
	}

	/** All connections have received too much, or no longer so. */
	final void throttleReads(boolean throttled) {
		synchronized (this.lock) {
			this.readsThrottled = throttled;
			settle();
		}
	}

	/** All connections have sent too much, or no longer so; on this one's loop. */
	final void throttleWrites(boolean throttled) {
		Gate registered;
		synchronized (this.lock) {
			this.writesThrottled = throttled;
			registered = this.gate;
			settle();
		}
		if (registered != null) {
			registered.throttle(throttled);
		}
	}

	@Override
	public void pauseProducing() {
		synchronized (this.lock) {
			this.pausedByProtocol = true;
			settle();
		}
	}

	@Override
	public void resumeProducing() {
		synchronized (this.lock) {
			this.pausedByProtocol = false;
			settle();
		}
	}

	private void settle() {
		boolean wanted = this.pausedByProtocol || this.readsThrottled || (this.writesThrottled && this.gate == null);
		if (wanted == this.paused) {
			return;
		}
		this.paused = wanted;
		if (wanted) {
			super.pauseProducing();
		}
		else {
			super.resumeProducing();
		}
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		Gate registered;
		synchronized (this.lock) {
			registered = new Gate(producer, streaming, this.writesThrottled);
			if (this.gate == null) {
				this.gate = registered;
			}
			settle();
		}
		super.registerProducer(registered, streaming);
		if (registered.throttled && streaming) {
			callFromThread(() -> registered.throttle(registered.throttled));
		}
	}

	@Override
	public void unregisterProducer() {
		synchronized (this.lock) {
			this.gate = null;
			settle();
		}
		super.unregisterProducer();
	}

	/**
	 * Between the transport and a producer, which runs only while neither the transport
	 * nor the factory wants it to pause. On the connection's loop.
	 */
	private static final class Gate implements PushProducer {

		private final Producer producer;

		private final boolean streaming;

		private boolean throttled;

		private boolean pausedByTransport;

		private boolean paused;

		/** Whether a pull producer has been asked for more. */
		private boolean asked;

		Gate(Producer producer, boolean streaming, boolean throttled) {
			this.producer = producer;
			this.streaming = streaming;
			this.throttled = throttled;
		}

		void throttle(boolean wanted) {
			this.throttled = wanted;
			if (this.streaming) {
				settle();
			}
			else if (!wanted && this.asked) {
				this.asked = false;
				this.producer.resumeProducing();
			}
		}

		@Override
		public void pauseProducing() {
			this.pausedByTransport = true;
			settle();
		}

		@Override
		public void resumeProducing() {
			this.pausedByTransport = false;
			if (this.streaming) {
				settle();
			}
			else if (this.throttled) {
				this.asked = true;
			}
			else {
				this.producer.resumeProducing();
			}
		}

		private void settle() {
			boolean wanted = this.pausedByTransport || this.throttled;
			if (wanted == this.paused || !(this.producer instanceof PushProducer push)) {
				return;
			}
			this.paused = wanted;
			if (wanted) {
				push.pauseProducing();
			}
			else {
				push.resumeProducing();
			}
		}

		@Override
		public void stopProducing() {
			this.producer.stopProducing();
		}

		@Override
		public String toString() {
			return this.producer.toString();
		}

	}

}
