package dev.twisted.internet.netty;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;

/**
 * Event loops that can lend their turn.
 */
final class LendingEventLoops extends MultiThreadIoEventLoopGroup {

	LendingEventLoops(int size, ThreadFactory threads, IoHandlerFactory ioHandler) {
		super(size, threads, ioHandler);
	}

	@Override
	protected IoEventLoop newChild(Executor executor, IoHandlerFactory ioHandlerFactory, Object... args) {
		return new LendingEventLoop(this, executor, ioHandlerFactory);
	}

}
