package dev.twisted.web.client;

import java.security.KeyManagementException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import dev.twisted.internet.ContextFactory;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import org.jspecify.annotations.Nullable;
import reactor.netty.tcp.SslProvider;

/**
 * TLS of a {@link ContextFactory}, as Reactor Netty wants it: an {@code SSLContext} of
 * Java's whose engines come from there, one for each connection, so that certificates can
 * change from one to the next.
 */
final class AgentTls extends SSLContextSpi {

	private static final ApplicationProtocolConfig HTTP_2_OR_1 = new ApplicationProtocolConfig(
			ApplicationProtocolConfig.Protocol.ALPN, ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
			ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, List.of("h2", "http/1.1"));

	private final ContextFactory contextFactory;

	private AgentTls(ContextFactory contextFactory) {
		this.contextFactory = contextFactory;
	}

	static SslProvider provider(ContextFactory contextFactory, boolean http2) {
		AgentTls tls = new AgentTls(contextFactory);
		// Netty sets these anew on each engine.
		SSLEngine sample = tls.engineCreateSSLEngine();
		JdkSslContext context = new JdkSslContext(new Context(tls), true, List.of(sample.getEnabledCipherSuites()),
				IdentityCipherSuiteFilter.INSTANCE, http2 ? HTTP_2_OR_1 : ApplicationProtocolConfig.DISABLED,
				ClientAuth.NONE, sample.getEnabledProtocols(), false);
		return SslProvider.builder().sslContext(context).handshakeTimeout(contextFactory.handshakeTimeout()).build();
	}

	/** Only to look at: a connection has a host. */
	@Override
	protected SSLEngine engineCreateSSLEngine() {
		return engine("localhost", 443);
	}

	@Override
	protected SSLEngine engineCreateSSLEngine(String host, int port) {
		return engine(host, port);
	}

	private SSLEngine engine(String host, int port) {
		try {
			return this.contextFactory.clientEngine(host, port);
		}
		catch (SSLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	@Override
	protected SSLSessionContext engineGetClientSessionContext() {
		return engineCreateSSLEngine().getSession().getSessionContext();
	}

	@Override
	protected SSLSessionContext engineGetServerSessionContext() {
		throw new UnsupportedOperationException("An agent is a client");
	}

	@Override
	protected void engineInit(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust,
			@Nullable SecureRandom random) throws KeyManagementException {
		throw new KeyManagementException("Keys and trust are those of the context factory");
	}

	@Override
	protected SSLSocketFactory engineGetSocketFactory() {
		throw new UnsupportedOperationException("An agent has no sockets of Java's");
	}

	@Override
	protected SSLServerSocketFactory engineGetServerSocketFactory() {
		throw new UnsupportedOperationException("An agent has no sockets of Java's");
	}

	/**
	 * Java's own face of it.
	 */
	private static final class Context extends SSLContext {

		Context(AgentTls tls) {
			super(tls, new None(), "TLS");
		}

	}

	/**
	 * A provider of nothing, which Java asks for and never looks at.
	 */
	private static final class None extends Provider {

		private static final long serialVersionUID = 1L;

		None() {
			super("ContextFactory", "1", "TLS of a context factory");
		}

	}

}
