package dev.twisted.boot.autoconfigure;

import dev.twisted.internet.ContextFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/**
 * Gets the TLS of clients from SSL bundles.
 */
final class ClientTls {

	private final ObjectProvider<SslBundles> sslBundles;

	ClientTls(ObjectProvider<SslBundles> sslBundles) {
		this.sslBundles = sslBundles;
	}

	/**
	 * Where the TLS of a client comes from.
	 * @param spec the client
	 * @param ssl what it was told about TLS
	 * @return makes the TLS of each of its connections
	 * @throws FailureAnalyzedException if the bundle is not there or cannot be used
	 */
	ContextFactory contextFactory(ClientSpec spec, TwistedClientsProperties.Ssl ssl) {
		String bundle = String.valueOf(ssl.bundle());
		SslBundles bundles = this.sslBundles.getIfAvailable();
		if (bundles == null) {
			throw new FailureAnalyzedException(
					"The client '%s' is to use the SSL bundle '%s', but there are no SSL bundles."
						.formatted(spec.name(), bundle),
					"Let Spring Boot's SslAutoConfiguration apply, or remove %s.".formatted(spec.key("ssl")));
		}
		try {
			return BundleContextFactory.of(bundles, bundle, ssl);
		}
		catch (NoSuchSslBundleException ex) {
			throw new FailureAnalyzedException(
					"The client '%s' is to use the SSL bundle '%s', but there is no such bundle.".formatted(spec.name(),
							bundle),
					"Define spring.ssl.bundle.pem.%1$s or spring.ssl.bundle.jks.%1$s, or change %2$s.".formatted(bundle,
							spec.key("ssl.bundle")),
					ex);
		}
		catch (RuntimeException ex) {
			throw new FailureAnalyzedException(
					"The SSL bundle '%s' of the client '%s' cannot be used: %s".formatted(bundle, spec.name(),
							ex.getMessage()),
					"Correct the bundle, or change %s.".formatted(spec.key("ssl.bundle")), ex);
		}
	}

}
