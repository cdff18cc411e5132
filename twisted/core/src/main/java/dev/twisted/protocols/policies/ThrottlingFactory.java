package dev.twisted.protocols.policies;

import java.time.Duration;
import java.util.function.Consumer;

import dev.twisted.internet.Address;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReactorTime;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many connections are open together and how many bytes all of them receive
 * and send in a second. Follows Twisted's {@code ThrottlingFactory}: a second after bytes
 * have begun to flow it looks how many there were, and if there were too many, all
 * connections pause for as long as makes up for it. A second in which nothing flows takes
 * no timer.
 * <p>
 * To pause sending means to pause producers; a connection without one is not read from
 * meanwhile, as when its peer does not take what it is sent.
 */
public class ThrottlingFactory extends WrappingFactory {

	/** For a number that is not limited. */
	public static final long UNLIMITED = Long.MAX_VALUE;

	private final int maxConnectionCount;

	private final Flow reading;

	private final Flow writing;

	/**
	 * Wrap a factory.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param time the reactor, or a virtual clock
	 * @param maxConnectionCount how many connections may be open together; more are
	 * closed at once
	 * @param readLimit how many bytes all connections may receive in a second, or
	 * {@link #UNLIMITED}
	 * @param writeLimit how many bytes all connections may send in a second, or
	 * {@link #UNLIMITED}
	 * @throws IllegalArgumentException if a limit is not more than zero
	 */
	public ThrottlingFactory(Factory wrappedFactory, ReactorTime time, int maxConnectionCount, long readLimit,
			long writeLimit) {
		super(wrappedFactory);
		if (maxConnectionCount < 1 || readLimit < 1 || writeLimit < 1) {
			throw new IllegalArgumentException("A limit must be more than zero: %d connections, %d and %d bytes"
				.formatted(maxConnectionCount, readLimit, writeLimit));
		}
		this.maxConnectionCount = maxConnectionCount;
		this.reading = new Flow(time, readLimit,
				(held) -> onEach((protocol) -> protocol.throttleReads(held.booleanValue())));
		this.writing = new Flow(time, writeLimit,
				(held) -> onEach((protocol) -> protocol.throttleWrites(held.booleanValue())));
	}

	private void onEach(Consumer<ThrottlingProtocol> action) {
		for (ProtocolWrapper protocol : protocols()) {
			protocol.callFromThread(() -> action.accept((ThrottlingProtocol) protocol));
		}
	}

	/** Bytes have been received. */
	final void registerRead(int bytes) {
		this.reading.add(bytes);
	}

	/** Bytes have been written. */
	final void registerWritten(int bytes) {
		this.writing.add(bytes);
	}

	final boolean readsThrottled() {
		return this.reading.held();
	}

	final boolean writesThrottled() {
		return this.writing.held();
	}

	@Override
	public @Nullable Protocol buildProtocol(Address address) throws Exception {
		return (connected() < this.maxConnectionCount) ? super.buildProtocol(address) : null;
	}

	@Override
	protected ProtocolWrapper wrap(Protocol protocol, Address address) {
		return new ThrottlingProtocol(this, protocol);
	}

	@Override
	protected void unregisterProtocol(ProtocolWrapper protocol) {
		super.unregisterProtocol(protocol);
		if (connected() == 0) {
			// Nobody is left to be held up, and no timer shall be left behind.
			this.reading.stop();
			this.writing.stop();
		}
	}

	/**
	 * What flows in one direction. May be used from any thread.
	 */
	private static final class Flow {

		private static final Duration WINDOW = Duration.ofSeconds(1);

		private final ReactorTime time;

		private final long limit;

		private final Consumer<Boolean> onHeld;

		private long bytes;

		private boolean held;

		private @Nullable DelayedCall call;

		Flow(ReactorTime time, long limit, Consumer<Boolean> onHeld) {
			this.time = time;
			this.limit = limit;
			this.onHeld = onHeld;
		}

		synchronized boolean held() {
			return this.held;
		}

		synchronized void add(int more) {
			if (this.limit == UNLIMITED) {
				return;
			}
			this.bytes += more;
			if (this.call == null) {
				this.call = this.time.callLater(WINDOW, this::check);
			}
		}

		private void check() {
			synchronized (this) {
				long over = this.bytes - this.limit;
				this.bytes = 0;
				this.call = null;
				if (over <= 0) {
					return;
				}
				this.held = true;
				this.call = this.time.callLater(makeUpFor(over), this::release);
			}
			this.onHeld.accept(true);
		}

		private Duration makeUpFor(long over) {
			return Duration.ofNanos((long) (1e9 * over / this.limit));
		}

		private void release() {
			synchronized (this) {
				this.call = null;
				this.held = false;
				if (this.bytes > 0) {
					this.call = this.time.callLater(WINDOW, this::check);
				}
			}
			this.onHeld.accept(false);
		}

		synchronized void stop() {
			if (this.call != null && this.call.active()) {
				this.call.cancel();
			}
			this.call = null;
			this.held = false;
			this.bytes = 0;
		}

	}

}
