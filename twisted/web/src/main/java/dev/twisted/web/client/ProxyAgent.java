package dev.twisted.web.client;

import java.net.InetSocketAddress;
import java.net.URI;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.transport.ProxyProvider;

/**
 * Makes requests through an HTTP proxy. Follows Twisted's {@code ProxyAgent}, and knows
 * {@code https} as well, for which the proxy makes a tunnel.
 */
public final class ProxyAgent implements HTTPAgent {

	private final Agent agent;

	private final Route route;

	/**
	 * Use a proxy.
	 * @param agent makes the requests
	 * @param host the proxy
	 * @param port its port
	 */
	public ProxyAgent(Agent agent, String host, int port) {
		this.agent = agent;
		this.route = new ThroughProxy(host, port);
	}

	@Override
	public Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer) {
		return this.agent.request(method, uri, headers, bodyProducer, this.route);
	}

	/**
	 * The way through the proxy.
	 */
	private static final class ThroughProxy implements Route {

		private static final AttributeKey<String> TARGET = AttributeKey.valueOf(ThroughProxy.class, "target");

		private static final String HANDLER = "twisted.absoluteForm";

		private final String host;

		private final int port;

		ThroughProxy(String host, int port) {
			this.host = host;
			this.port = port;
		}

		@Override
		public HttpClient take(HttpClient client, URI target) {
			if (isSecure(target)) {
				return client.resolver(NoopAddressResolverGroup.INSTANCE)
					.proxy((proxy) -> proxy.type(ProxyProvider.Proxy.HTTP).host(this.host).port(this.port));
			}
			return client.noSSL().remoteAddress(() -> InetSocketAddress.createUnresolved(this.host, this.port));
		}

		@Override
		public String uri(URI target) {
			if (isSecure(target)) {
				return target.toString();
			}
			String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
			return (target.getRawQuery() != null) ? path + "?" + target.getRawQuery() : path;
		}

		@Override
		public void prepare(Channel channel, URI target) {
			if (isSecure(target)) {
				return;
			}
			channel.attr(TARGET).set("http://%s%s".formatted(target.getRawAuthority(), uri(target)));
			if (channel.pipeline().get(HANDLER) == null) {
				channel.pipeline()
					.addBefore(reactor.netty.NettyPipeline.ReactiveBridge, HANDLER, AbsoluteForm.INSTANCE);
			}
		}

		private static boolean isSecure(URI target) {
			return "https".equalsIgnoreCase(target.getScheme());
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
			String target = context.channel().attr(ThroughProxy.TARGET).get();
			if (message instanceof HttpRequest request && target != null) {
				request.setUri(target);
			}
			super.write(context, message, promise);
		}

	}

}
