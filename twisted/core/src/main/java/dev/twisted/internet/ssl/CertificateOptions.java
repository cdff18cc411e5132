package dev.twisted.internet.ssl;

import java.io.IOException;
import java.net.IDN;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

import dev.twisted.internet.ContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificate, trust and rules for TLS, for servers and clients alike. Follows Twisted's
 * {@code CertificateOptions} and {@code optionsForClientTLS}, and is as careful as the
 * latter: a client checks who it talks to, by chain and by name, unless told not to.
 * <p>
 * Does not change, and may be used by any number of ports and connections. Sessions are
 * resumed among the connections of one instance.
 */
public final class CertificateOptions implements ContextFactory {

	private final SSLContext context;

	private final ClientAuth clientAuth;

	private final String @Nullable [] protocols;

	private final String @Nullable [] ciphers;

	private final String[] acceptableProtocols;

	private final @Nullable String hostname;

	private final boolean verifyHostname;

	private final Duration handshakeTimeout;

	private CertificateOptions(SSLContext context, Builder builder) {
		this.context = context;
		this.clientAuth = builder.clientAuth;
		this.protocols = builder.protocols;
		this.ciphers = builder.ciphers;
		this.acceptableProtocols = builder.acceptableProtocols;
		this.hostname = builder.hostname;
		this.verifyHostname = builder.verifyHostname;
		this.handshakeTimeout = builder.handshakeTimeout;
	}

	/**
	 * Begin with the defaults: no certificate, the trust of this Java installation, the
	 * versions of TLS and the cipher suites that it enables.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * For a client of a certain host: trusts what this Java installation trusts, and
	 * nobody but that host.
	 * @param hostname the name that the server's certificate has to have; it is also
	 * asked for, whatever address the connection is made to
	 * @return the options
	 */
	public static CertificateOptions optionsForClientTLS(String hostname) {
		return builder().hostname(hostname).build();
	}

	@Override
	public SSLEngine serverEngine(@Nullable String serverName) {
		SSLEngine engine = this.context.createSSLEngine();
		engine.setUseClientMode(false);
		SSLParameters parameters = parameters(engine);
		switch (this.clientAuth) {
			case NEED -> parameters.setNeedClientAuth(true);
			case WANT -> parameters.setWantClientAuth(true);
			case NONE -> parameters.setNeedClientAuth(false);
		}
		engine.setSSLParameters(parameters);
		return engine;
	}

	@Override
	public SSLEngine clientEngine(@Nullable String host, int port) throws SSLException {
		String name = (this.hostname != null) ? this.hostname : host;
		if (name == null && this.verifyHostname) {
			throw new SSLException("There is no host name to check the server's certificate against; set 'hostname'");
		}
		SSLEngine engine = (name != null) ? this.context.createSSLEngine(name, port) : this.context.createSSLEngine();
		engine.setUseClientMode(true);
		SSLParameters parameters = parameters(engine);
		if (this.verifyHostname) {
			parameters.setEndpointIdentificationAlgorithm("HTTPS");
		}
		if (name != null && !isNumeric(name)) {
			parameters.setServerNames(List.of(serverName(name)));
		}
		engine.setSSLParameters(parameters);
		return engine;
	}

	@Override
	public Duration handshakeTimeout() {
		return this.handshakeTimeout;
	}

	private SSLParameters parameters(SSLEngine engine) {
		SSLParameters parameters = engine.getSSLParameters();
		if (this.protocols != null) {
			parameters.setProtocols(this.protocols);
		}
		if (this.ciphers != null) {
			parameters.setCipherSuites(this.ciphers);
		}
		parameters.setApplicationProtocols(this.acceptableProtocols);
		return parameters;
	}

	private static SNIHostName serverName(String name) throws SSLException {
		try {
			return new SNIHostName(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
		}
		catch (IllegalArgumentException ex) {
			throw new SSLException("'%s' cannot be the name of a server".formatted(name), ex);
		}
	}

	/** Addresses are not asked for by name (RFC 6066). */
	private static boolean isNumeric(String host) {
		return host.indexOf(':') >= 0 || host.chars().allMatch((c) -> c == '.' || (c >= '0' && c <= '9'));
	}

	/**
	 * Builds {@link CertificateOptions}. Not for use by several threads at once.
	 */
	public static final class Builder {

		private static final char[] NO_PASSWORD = new char[0];

		private @Nullable SSLContext context;

		private KeyManager @Nullable [] keyManagers;

		private TrustManager @Nullable [] trustManagers;

		private ClientAuth clientAuth = ClientAuth.NONE;

		private String @Nullable [] protocols;

		private String @Nullable [] ciphers;

		private String[] acceptableProtocols = {};

		private @Nullable String hostname;

		private boolean verifyHostname = true;

		private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;

		private Builder() {
		}

		/**
		 * Who to prove to be. A server needs it, a client may have it.
		 * @param certificate certificate and key
		 * @return this builder
		 * @throws IllegalArgumentException if key and certificate do not fit together
		 */
		public Builder certificate(PrivateCertificate certificate) {
			try {
				KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
				store.load(null, null);
				store.setKeyEntry("certificate", certificate.privateKey(), NO_PASSWORD,
						certificate.chain().toArray(X509Certificate[]::new));
				KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
				factory.init(store, NO_PASSWORD);
				this.keyManagers = factory.getKeyManagers();
				return this;
			}
			catch (GeneralSecurityException | IOException ex) {
				throw new IllegalArgumentException("%s cannot be used: %s".formatted(certificate, ex.getMessage()), ex);
			}
		}

		/**
		 * Whose certificates to trust, in the place of what this Java installation
		 * trusts. A client needs it for a private authority, a server for its clients'
		 * certificates.
		 * @param trustRoots certificates of authorities, or of peers themselves
		 * @return this builder
		 */
		public Builder trustRoots(Collection<X509Certificate> trustRoots) {
			if (trustRoots.isEmpty()) {
				throw new IllegalArgumentException("Who trusts nobody cannot talk to anybody");
			}
			try {
				KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
				store.load(null, null);
				int number = 0;
				for (X509Certificate root : trustRoots) {
					store.setCertificateEntry("root-" + number++, root);
				}
				TrustManagerFactory factory = TrustManagerFactory
					.getInstance(TrustManagerFactory.getDefaultAlgorithm());
				factory.init(store);
				this.trustManagers = factory.getTrustManagers();
				return this;
			}
			catch (GeneralSecurityException | IOException ex) {
				throw new IllegalArgumentException("The trust roots cannot be used: " + ex.getMessage(), ex);
			}
		}

		/**
		 * Use a context of Java's, which brings its own keys and trust.
		 * @param context the context, initialized
		 * @return this builder
		 */
		public Builder context(SSLContext context) {
			this.context = context;
			return this;
		}

		/**
		 * Whether a server asks its clients for a certificate; {@link ClientAuth#NONE} at
		 * first.
		 * @param clientAuth whether
		 * @return this builder
		 */
		public Builder clientAuth(ClientAuth clientAuth) {
			this.clientAuth = clientAuth;
			return this;
		}

		/**
		 * The versions of TLS to speak; those that Java enables at first.
		 * @param protocols such as {@code TLSv1.3}
		 * @return this builder
		 */
		public Builder protocols(String... protocols) {
			this.protocols = protocols.clone();
			return this;
		}

		/**
		 * The cipher suites to use, the best first; those that Java enables at first.
		 * @param ciphers their names as Java knows them
		 * @return this builder
		 */
		public Builder ciphers(String... ciphers) {
			this.ciphers = ciphers.clone();
			return this;
		}

		/**
		 * What to offer to speak inside TLS (ALPN), the best first; nothing at first. A
		 * server refuses clients that offer only other things.
		 * @param acceptableProtocols names such as {@code h2}
		 * @return this builder
		 */
		public Builder acceptableProtocols(String... acceptableProtocols) {
			this.acceptableProtocols = acceptableProtocols.clone();
			return this;
		}

		/**
		 * The name that a client asks for and checks, instead of the host that it
		 * connects to.
		 * @param hostname the name
		 * @return this builder
		 */
		public Builder hostname(String hostname) {
			this.hostname = (hostname.indexOf(':') >= 0) ? hostname : IDN.toASCII(hostname);
			return this;
		}

		/**
		 * Whether a client checks that the server's certificate is for the host that it
		 * connects to. Without this anybody whose certificate is trusted can stand in for
		 * the server.
		 * @param verifyHostname true at first
		 * @return this builder
		 */
		public Builder verifyHostname(boolean verifyHostname) {
			this.verifyHostname = verifyHostname;
			return this;
		}

		/**
		 * How long a handshake may take; ten seconds at first.
		 * @param handshakeTimeout the time, more than zero
		 * @return this builder
		 */
		public Builder handshakeTimeout(Duration handshakeTimeout) {
			if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
				throw new IllegalArgumentException("A handshake takes longer than " + handshakeTimeout);
			}
			this.handshakeTimeout = handshakeTimeout;
			return this;
		}

		/**
		 * Make the options.
		 * @return the options
		 * @throws IllegalArgumentException if Java does not know a version of TLS or a
		 * cipher suite that was named
		 * @throws IllegalStateException if a context was given and certificates or trust
		 * as well, or if TLS cannot be had
		 */
		public CertificateOptions build() {
			CertificateOptions options = new CertificateOptions(context(), this);
			// Finds names that Java does not know here, and not at the first connection.
			options.serverEngine(null);
			return options;
		}

		private SSLContext context() {
			if (this.context != null) {
				if (this.keyManagers != null || this.trustManagers != null) {
					throw new IllegalStateException("An SSLContext brings its own certificate and trust");
				}
				return this.context;
			}
			try {
				SSLContext made = SSLContext.getInstance("TLS");
				made.init(this.keyManagers, this.trustManagers, null);
				return made;
			}
			catch (GeneralSecurityException ex) {
				throw new IllegalStateException("TLS cannot be had", ex);
			}
		}

	}

}
