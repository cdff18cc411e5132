package dev.twisted.boot.autoconfigure;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.ssl.CertificateOptions;
import dev.twisted.internet.ssl.ClientAuth;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * TLS from an SSL bundle as it is when a connection is made: one that was reloaded serves
 * the next connection, and those there are stay. A bundle that can no longer be used does
 * not take the place of one that can.
 */
public final class BundleContextFactory implements ContextFactory {

	private static final Log logger = LogFactory.getLog(BundleContextFactory.class);

	private final String name;

	private final boolean needsKey;

	/**
	 * Whether peers show certificates that only the bundle's own authorities may issue.
	 */
	private final boolean needsAuthorities;

	private final UnaryOperator<CertificateOptions.Builder> settings;

	private final Duration handshakeTimeout;

	private volatile CertificateOptions current;

	private BundleContextFactory(String name, SslBundle bundle, boolean needsKey, boolean needsAuthorities,
			Duration handshakeTimeout, UnaryOperator<CertificateOptions.Builder> settings) {
		this.name = name;
		this.needsKey = needsKey;
		this.needsAuthorities = needsAuthorities;
		this.handshakeTimeout = handshakeTimeout;
		this.settings = settings;
		this.current = options(bundle);
	}

	static BundleContextFactory of(SslBundles bundles, String name, TwistedProperties.Ssl ssl) {
		return updated(bundles,
				new BundleContextFactory(name, bundles.getBundle(name), true, ssl.clientAuth() != ClientAuth.NONE,
						ssl.handshakeTimeout(), (builder) -> builder.clientAuth(ssl.clientAuth())
							.acceptableProtocols(ssl.applicationProtocols().toArray(String[]::new))));
	}

	static BundleContextFactory of(SslBundles bundles, String name, TwistedClientsProperties.Ssl ssl) {
		return updated(bundles, new BundleContextFactory(name, bundles.getBundle(name), false, false,
				ssl.handshakeTimeout(), (builder) -> {
					if (ssl.hostname() != null) {
						builder.hostname(ssl.hostname());
					}
					return builder.verifyHostname(ssl.verifyHostname())
						.acceptableProtocols(ssl.applicationProtocols().toArray(String[]::new));
				}));
	}

	/**
	 * TLS of a client from an SSL bundle.
	 * @param bundles the bundles there are
	 * @param name the bundle
	 * @param handshakeTimeout how long a handshake may take
	 * @return makes the TLS of each connection
	 * @throws RuntimeException if there is no such bundle, or if it cannot be used
	 */
	public static ContextFactory ofClient(SslBundles bundles, String name, Duration handshakeTimeout) {
		return of(bundles, name, new TwistedClientsProperties.Ssl(name, null, true, handshakeTimeout, List.of()));
	}

	private static BundleContextFactory updated(SslBundles bundles, BundleContextFactory made) {
		bundles.addBundleUpdateHandler(made.name, made::update);
		return made;
	}

	private void update(SslBundle bundle) {
		try {
			this.current = options(bundle);
			logger.info("The SSL bundle '%s' was reloaded and serves new connections".formatted(this.name));
		}
		catch (RuntimeException ex) {
			logger.error(
					"The SSL bundle '%s' was reloaded but cannot be used; the one before it stays".formatted(this.name),
					ex);
		}
	}

	private CertificateOptions options(SslBundle bundle) {
		if (this.needsKey && Stream.of(bundle.getManagers().getKeyManagers()).noneMatch(BundleContextFactory::hasKey)) {
			throw new IllegalStateException("it has no private key, which a server needs.");
		}
		if (this.needsAuthorities && trustsWhomJavaTrusts(bundle)) {
			throw new IllegalStateException("it has no truststore with the authorities of the clients, "
					+ "so that client-auth would let in anybody whom a public authority has certified.");
		}
		CertificateOptions.Builder builder = this.settings.apply(CertificateOptions.builder()
			.context(bundle.createSslContext())
			.handshakeTimeout(this.handshakeTimeout));
		SslOptions options = bundle.getOptions();
		String[] ciphers = options.getCiphers();
		if (ciphers != null) {
			builder.ciphers(ciphers);
		}
		String[] protocols = options.getEnabledProtocols();
		if (protocols != null) {
			builder.protocols(protocols);
		}
		return builder.build();
	}

	/** A bundle made by hand may have managers of its own without a truststore. */
	private static boolean trustsWhomJavaTrusts(SslBundle bundle) {
		if (bundle.getStores().getTrustStore() != null) {
			return false;
		}
		Set<X509Certificate> issuers = issuers(bundle.getManagers().getTrustManagers());
		try {
			TrustManagerFactory java = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			java.init((KeyStore) null);
			return issuers.equals(issuers(java.getTrustManagers()));
		}
		catch (GeneralSecurityException ex) {
			// Then there is nobody whom Java trusts.
			return false;
		}
	}

	private static Set<X509Certificate> issuers(TrustManager[] managers) {
		return Stream.of(managers)
			.filter(X509TrustManager.class::isInstance)
			.map(X509TrustManager.class::cast)
			.flatMap((manager) -> Stream.of(manager.getAcceptedIssuers()))
			.collect(Collectors.toSet());
	}

	private static boolean hasKey(KeyManager manager) {
		return !(manager instanceof X509KeyManager keys)
				|| Stream.of("RSA", "EC", "EdDSA", "Ed25519", "RSASSA-PSS", "DSA")
					.anyMatch((type) -> keys.getServerAliases(type, null) != null);
	}

	@Override
	public SSLEngine serverEngine(@Nullable String serverName) {
		return this.current.serverEngine(serverName);
	}

	@Override
	public SSLEngine clientEngine(@Nullable String host, int port) throws SSLException {
		return this.current.clientEngine(host, port);
	}

	@Override
	public Duration handshakeTimeout() {
		return this.handshakeTimeout;
	}

}
