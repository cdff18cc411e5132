package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.twisted.internet.EventLoopModel;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.netty.resources.LoopResources;

/**
 * Where event loops come from. {@link EventLoopModel#AUTO} is the choice of Reactor
 * Netty, whose loop resources these are. A model asked for by name gets loops of exactly
 * that model, also where Reactor Netty would prefer another one.
 */
final class EventLoops {

	private final String name;

	private final int size;

	private final Model model;

	EventLoops(String name, EventLoopModel wanted, int size) {
		this.name = name;
		this.size = size;
		this.model = choose(wanted);
	}

	String name() {
		return this.name;
	}

	int size() {
		return this.size;
	}

	Model model() {
		return this.model;
	}

	/**
	 * Load here, on the caller's thread, what takes long to load the first time, so that
	 * no loop is held up by it.
	 */
	void warmUp() {
		ByteBufAllocator.DEFAULT.directBuffer(16).release();
		this.model.socket().unsafe().closeForcibly();
	}

	/** New loops, whose threads start when they are first used. */
	LoopResources open() {
		return new NamedModel(this.name, this.model, this.size);
	}

	/** The loops of these resources. */
	EventLoopGroup group(LoopResources resources) {
		return resources.onServer(this.model != Model.NIO);
	}

	/** One loop that serves Java's own channels, whatever the model of the others. */
	EventLoopGroup nioGroup() {
		return new MultiThreadIoEventLoopGroup(1, threads(this.name + "-adopted"), Model.NIO.ioHandler());
	}

	private static Model choose(EventLoopModel wanted) {
		return switch (wanted) {
			case AUTO -> preferred();
			case NIO -> Model.NIO;
			case EPOLL -> named(wanted, Model::epoll);
			case KQUEUE -> named(wanted, Model::kqueue);
			case IO_URING -> named(wanted, Model::ioUring);
		};
	}

	/** What Reactor Netty prefers here, told by the channels it would use. */
	private static Model preferred() {
		if (!LoopResources.hasNativeSupport()) {
			return Model.NIO;
		}
		LoopResources probe = LoopResources.create("probe", 1, true);
		try {
			String channel = probe.onChannelClass(SocketChannel.class, probe.onServer(true)).getSimpleName();
			if (channel.startsWith("Epoll")) {
				return Model.epoll();
			}
			if (channel.startsWith("IoUring")) {
				return Model.ioUring();
			}
			return channel.startsWith("KQueue") ? Model.kqueue() : Model.NIO;
		}
		finally {
			probe.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).subscribe();
		}
	}

	private static Model named(EventLoopModel wanted, Supplier<Model> source) {
		Throwable cause;
		try {
			Model model = source.get();
			cause = model.unavailabilityCause();
			if (cause == null) {
				return model;
			}
		}
		catch (LinkageError ex) {
			throw unavailable(wanted,
					"io.netty:netty-transport-native-%s, with its library for this platform, is not on the class path"
						.formatted(label(wanted)),
					ex);
		}
		throw unavailable(wanted, rootMessage(cause), cause);
	}

	private static IllegalStateException unavailable(EventLoopModel wanted, String why, Throwable cause) {
		return new IllegalStateException(
				"The event loop model '%s' cannot be used here: %s".formatted(label(wanted), why), cause);
	}

	private static String label(EventLoopModel model) {
		return model.name().toLowerCase(Locale.ROOT);
	}

	private static String rootMessage(Throwable cause) {
		Throwable root = cause;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return (root.getMessage() != null) ? root.getMessage() : root.toString();
	}

	private static java.util.concurrent.ThreadFactory threads(String prefix) {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new LoopThread(task);
			thread.setName(prefix + "-" + count.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * A loop's thread; Reactor refuses to block on it.
	 */
	private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {

		LoopThread(Runnable task) {
			super(task);
		}

	}

	/**
	 * Loop resources of exactly one model.
	 */
	private static final class NamedModel implements LoopResources {

		private final EventLoopGroup group;

		NamedModel(String name, Model model, int size) {
			this.group = new LendingEventLoops(size, threads(name + "-" + model.label()), model.ioHandler());
		}

		@Override
		public EventLoopGroup onServer(boolean useNative) {
			return this.group;
		}

		@Override
		public boolean isDisposed() {
			return this.group.isShuttingDown();
		}

		@Override
		public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
			return Mono.defer(() -> {
				this.group.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS);
				return Mono.create((sink) -> this.group.terminationFuture().addListener((ended) -> sink.success()));
			});
		}

	}

}
