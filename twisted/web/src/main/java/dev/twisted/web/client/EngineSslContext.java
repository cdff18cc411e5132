package dev.twisted.web.client;

import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;

import dev.twisted.internet.ContextFactory;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;
import reactor.netty.tcp.SslProvider;

/**
 * TLS of a {@link ContextFactory}, as Netty wants it. Each connection has an engine of
 * its own, so certificates can change from one to the next.
 */
final class EngineSslContext extends SslContext {

	private static final List<String> HTTP_2_OR_1 = List.of("h2", "http/1.1");

	private final ContextFactory contextFactory;

	private final boolean http2;

	private EngineSslContext(ContextFactory contextFactory, boolean http2) {
		this.contextFactory = contextFactory;
		this.http2 = http2;
	}

	static SslProvider provider(ContextFactory contextFactory, boolean http2) {
		return SslProvider.builder()
			.sslContext(new EngineSslContext(contextFactory, http2))
			.handshakeTimeout(contextFactory.handshakeTimeout())
			.build();
	}

	@Override
	public boolean isClient() {
		return true;
	}

	@Override
	public List<String> cipherSuites() {
		return List.of();
	}

	@Override
	@SuppressWarnings("deprecation")
	public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
		return () -> this.http2 ? HTTP_2_OR_1 : List.of();
	}

	@Override
	public SSLEngine newEngine(ByteBufAllocator allocator) {
		return engine(null, -1);
	}

	@Override
	public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
		return engine(peerHost, peerPort);
	}

	private SSLEngine engine(@Nullable String host, int port) {
		try {
			SSLEngine engine = this.contextFactory.clientEngine(host, port);
			if (this.http2) {
				SSLParameters parameters = engine.getSSLParameters();
				parameters.setApplicationProtocols(HTTP_2_OR_1.toArray(String[]::new));
				engine.setSSLParameters(parameters);
			}
			return engine;
		}
		catch (SSLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	@Override
	public SSLSessionContext sessionContext() {
		return engine("", -1).getSession().getSessionContext();
	}

}
