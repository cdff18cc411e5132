package dev.twisted.web.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.transport.ProxyProvider;

/**
 * Makes requests through an HTTP proxy. Follows Twisted's {@code ProxyAgent}, and knows
 * {@code https} as well, for which the proxy makes a tunnel. {@code Proxy-Authorization}
 * is for the proxy and goes no further.
 */
public final class ProxyAgent implements HTTPAgent {

	private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";

	private final Agent agent;

	private final String host;

	private final int port;

	/**
	 * Use a proxy.
	 * @param agent makes the requests
	 * @param host the proxy
	 * @param port its port
	 */
	public ProxyAgent(Agent agent, String host, int port) {
		this.agent = agent;
		this.host = host;
		this.port = port;
	}

	@Override
	public Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer) {
		if (!uri.regionMatches(true, 0, "https:", 0, 6)) {
			return this.agent.request(method, uri, headers, bodyProducer, new ThroughProxy(this.host, this.port));
		}
		return address().doOnErrback((failure) -> Agent.letGo(bodyProducer))
			.compose((address) -> this.agent.request(method, uri, headers, bodyProducer,
					new ThroughTunnel(new InetSocketAddress(address, this.port))));
	}

	/** The address of the proxy: Netty would keep the loop waiting for it. */
	private Deferred<InetAddress> address() {
		Deferred<List<InetAddress>> found = new Deferred<>();
		this.agent.loops()
			.here("Agent")
			.execute(() -> Deferred
				.<List<InetAddress>>maybeDeferred(() -> this.agent.reactor().resolveHostName(this.host))
				.chainDeferred(found));
		return found.addCallback((addresses) -> addresses.get(0));
	}

	/**
	 * The way for {@code https}, on which the proxy sees nothing but where it leads to.
	 */
	private record ThroughTunnel(InetSocketAddress proxy) implements Route {

		@Override
		public HttpClient.RequestSender begin(HttpClient client, HttpMethod method, URI target, Headers headers) {
			List<String> credentials = headers.getRawHeaders(PROXY_AUTHORIZATION);
			return client.resolver(NoopAddressResolverGroup.INSTANCE)
				.proxy((spec) -> spec.type(ProxyProvider.Proxy.HTTP)
					.socketAddress(this.proxy)
					.httpHeaders((connect) -> connect.add(PROXY_AUTHORIZATION, credentials)))
				.request(method)
				.uri(target);
		}

		@Override
		public void prepare(Channel channel, URI target, HttpHeaders headers) {
			// They are for the proxy, which is behind us.
			headers.remove(PROXY_AUTHORIZATION);
		}

	}

	/**
	 * The way for {@code http}, on which the proxy is told the whole URI.
	 */
	private record ThroughProxy(String host, int port) implements Route {

		private static final AttributeKey<String> TARGET = AttributeKey.valueOf(ThroughProxy.class, "target");

		private static final String HANDLER = "twisted.absoluteForm";

		@Override
		public HttpClient.RequestSender begin(HttpClient client, HttpMethod method, URI target, Headers headers) {
			return client.noSSL()
				.remoteAddress(() -> InetSocketAddress.createUnresolved(this.host, this.port))
				.request(method)
				.uri(pathAndQuery(target));
		}

		private static String pathAndQuery(URI target) {
			String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
			return (target.getRawQuery() != null) ? path + "?" + target.getRawQuery() : path;
		}

		@Override
		public void prepare(Channel channel, URI target, HttpHeaders headers) {
			channel.attr(TARGET).set("http://" + Exchange.hostAndPort(target) + pathAndQuery(target));
			if (channel.pipeline().get(HANDLER) == null) {
				channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, HANDLER, AbsoluteForm.INSTANCE);
			}
		}

	}

	/**
	 * Has a request ask for the whole URI, as proxies want it (RFC 9112, section 3.2.2).
	 */
	@ChannelHandler.Sharable
	private static final class AbsoluteForm extends ChannelOutboundHandlerAdapter {

		static final AbsoluteForm INSTANCE = new AbsoluteForm();

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
			if (message instanceof HttpRequest request) {
				// For this request: the next on the connection may be one for the proxy
				// itself.
				String target = context.channel().attr(ThroughProxy.TARGET).getAndSet(null);
				if (target != null) {
					request.setUri(target);
				}
			}
			super.write(context, message, promise);
		}

	}

}
