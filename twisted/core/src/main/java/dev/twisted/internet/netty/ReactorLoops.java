package dev.twisted.internet.netty;

import java.util.concurrent.Executor;

import dev.twisted.defer.CallContext;
import dev.twisted.internet.Reactor;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of a reactor, for other users of Netty that are to run on them: an HTTP
 * client or server of Reactor Netty whose callbacks are to have the thread that protocols
 * have. The loops belong to the reactor: to dispose of these resources does nothing.
 * <p>
 * What uses the loops {@linkplain #of of a reactor} ends when that stops. When the
 * reactor is started again they are its new loops. Whoever uses them
 * {@linkplain #untilClosed until the reactor is closed} keeps what it has open, such as
 * connections to a database, through a stop and the next start.
 * <p>
 * May be used from any thread.
 */
public final class ReactorLoops implements LoopResources {

	private final NettyReactor reactor;

	/** Whether what uses them outlives a stop. */
	private final boolean lasting;

	private ReactorLoops(Reactor reactor, boolean lasting) {
		if (!(reactor instanceof NettyReactor netty)) {
			throw new IllegalArgumentException(
					"%s does not run on Netty and has no event loops to share".formatted(reactor));
		}
		this.reactor = netty;
		this.lasting = lasting;
	}

	/**
	 * The loops of a reactor.
	 * @param reactor the reactor, made by a {@link ReactorBuilder}
	 * @return its loops
	 * @throws IllegalArgumentException if it does not run on Netty
	 */
	public static ReactorLoops of(Reactor reactor) {
		return new ReactorLoops(reactor, false);
	}

	/**
	 * The loops of a reactor, for what must not end when that stops but when it is
	 * {@linkplain Reactor#close() closed}: something that is in use before the reactor
	 * runs and after that, too. Once they have been used their threads go on beyond a
	 * stop, though without anything of the reactor's, and the next start finds them
	 * there. So whoever uses them must see to it that the reactor is closed in the end;
	 * the threads, which are daemons, do not keep the process alive. After the close
	 * there are none until the reactor is started again.
	 * @param reactor the reactor, made by a {@link ReactorBuilder}
	 * @return its loops
	 * @throws IllegalArgumentException if it does not run on Netty
	 */
	public static ReactorLoops untilClosed(Reactor reactor) {
		return new ReactorLoops(reactor, true);
	}

	/**
	 * Whether a reactor has loops to share.
	 * @param reactor the reactor
	 * @return true if it was made by a {@link ReactorBuilder}
	 */
	public static boolean areIn(Reactor reactor) {
		return reactor instanceof NettyReactor;
	}

	/**
	 * The way back to the loop that the caller is on, or to the main loop: what is given
	 * to it runs there and in the context of the caller, at once if it is given there.
	 * What it throws is logged and counted. If the reactor has stopped for good, it runs
	 * where it is given.
	 * @param who what to call in the logs what runs there
	 * @return the way
	 */
	public Executor here(String who) {
		return this.reactor.threads().backHere(who);
	}

	/**
	 * The way to a later turn of the loop that the caller is on, or of the main loop: as
	 * {@link #here}, but what is given to it never runs at once.
	 * @param who what to call in the logs what runs there
	 * @return the way
	 */
	public Executor later(String who) {
		return this.reactor.threads().laterHere(who);
	}

	/**
	 * The way to the callbacks of a connection that somebody else has opened, such as a
	 * web server: as {@link #here}, but in a context that these callbacks share. It
	 * begins as that of a connection to a port does, and each callback finds what the one
	 * before it has left.
	 * @param who what to call in the logs what runs there
	 * @param server what the connection belongs to, in the log context
	 * @return the way
	 * @see dev.twisted.defer.CallContext
	 */
	public Executor connection(String who, String server) {
		CallContext begin = this.reactor.callContext(CallContext.EMPTY, server, this.reactor.nextConnection());
		return this.reactor.threads().backHere(who, begin);
	}

	/**
	 * Log and count what user code has thrown, for who has more to do about it than
	 * {@link #here} has.
	 * @param who whose code
	 * @param failure what it has thrown
	 */
	public void callbackFailed(Object who, Throwable failure) {
		this.reactor.callbackFailed(who, failure);
	}

	/**
	 * The loops. Opens those of a reactor that has not been started yet.
	 * @param useNative not looked at: the reactor has chosen
	 * @return the loops
	 * @throws dev.twisted.internet.ReactorNotRunningException if the reactor is stopping
	 * or, if they are to last until it is closed, has been closed
	 */
	@Override
	public EventLoopGroup onServer(boolean useNative) {
		return this.lasting ? this.reactor.life().lastingGroup() : this.reactor.life().group();
	}

	/**
	 * The loop that the caller is on, so that it may talk to what it opens without a way
	 * between threads; or else all of them.
	 * @param useNative not looked at: the reactor has chosen
	 * @return the loop or the loops
	 */
	@Override
	public EventLoopGroup onClient(boolean useNative) {
		EventLoopGroup all = onServer(useNative);
		return this.reactor.inReactorThread() ? this.reactor.loopHere().executor() : all;
	}

	@Override
	public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
		C channel = channelType.cast(channel(channelType));
		if (!this.lasting) {
			this.reactor.life().guests().add(channel);
		}
		return channel;
	}

	@Override
	public <C extends Channel> Class<? extends C> onChannelClass(Class<C> channelType, EventLoopGroup group) {
		Channel sample = channel(channelType);
		sample.unsafe().closeForcibly();
		return sample.getClass().asSubclass(channelType);
	}

	private Channel channel(Class<? extends Channel> type) {
		Model model = this.reactor.model();
		if (type == SocketChannel.class) {
			return model.socket();
		}
		if (type == ServerSocketChannel.class) {
			return model.serverSocket();
		}
		if (type == DatagramChannel.class) {
			return model.datagram(null);
		}
		return ServerChannel.class.isAssignableFrom(type) ? model.serverUnixSocket() : model.unixSocket();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof ReactorLoops loops && loops.reactor == this.reactor && loops.lasting == this.lasting;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this.reactor);
	}

}
