package dev.twisted.internet.netty;

import java.util.concurrent.Executor;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that takes another thread for its own while its own waits for that one.
 * As only one of the two runs, and each sees what the other has done, Netty need not know
 * the difference.
 */
final class LendingEventLoop extends SingleThreadIoEventLoop {

	private volatile @Nullable Thread guest;

	LendingEventLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory ioHandlerFactory) {
		super(parent, executor, ioHandlerFactory);
	}

	/** Who has the turn beside the loop's own thread; {@code null} for nobody. */
	@Nullable Thread guest() {
		return this.guest;
	}

	/** Only for who has the turn. */
	void guest(@Nullable Thread guest) {
		this.guest = guest;
	}

	@Override
	public boolean inEventLoop(Thread thread) {
		return super.inEventLoop(thread) || thread == this.guest;
	}

}
