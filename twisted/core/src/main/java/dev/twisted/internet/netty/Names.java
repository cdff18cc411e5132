package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.util.List;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up without a thread of the pool, so that a burst of blocking calls starves
 * no lookup. May be used from any thread.
 */
final class Names {

	private final NettyReactor reactor;

	private @Nullable DnsNameResolver resolver;

	Names(NettyReactor reactor) {
		this.reactor = reactor;
	}

	/** All addresses of a host, which may be an address itself. */
	Future<List<InetAddress>> resolve(Loop loop, String host) {
		InetAddress numeric = NetUtil.createInetAddressFromIpAddressString(host);
		if (numeric != null) {
			return loop.executor().newSucceededFuture(List.of(numeric));
		}
		return resolver().resolveAll(host);
	}

	private synchronized DnsNameResolver resolver() {
		if (this.resolver == null) {
			EventLoop loop = this.reactor.mainLoop().executor();
			Model model = this.reactor.model();
			this.resolver = new DnsNameResolverBuilder(loop).datagramChannelFactory(() -> model.datagram(null))
				.socketChannelFactory(model::socket)
				// Clients try the addresses of both families.
				.completeOncePreferredResolved(false)
				.build();
		}
		return this.resolver;
	}

	/** The loop that the resolver runs on is about to go. */
	synchronized void close() {
		if (this.resolver != null) {
			this.resolver.close();
			this.resolver = null;
		}
	}

}
