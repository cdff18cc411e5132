package dev.twisted.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.ssl.ClientAuth;
import dev.twisted.internet.ssl.ServerNames;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/**
 * Gets the TLS of servers from SSL bundles.
 */
final class ServerTls {

	private final ObjectProvider<SslBundles> sslBundles;

	ServerTls(ObjectProvider<SslBundles> sslBundles) {
		this.sslBundles = sslBundles;
	}

	/**
	 * Where the TLS of a server comes from.
	 * @param spec the server
	 * @param ssl what it was told about TLS
	 * @return makes the TLS of each of its connections
	 * @throws FailureAnalyzedException if a bundle is not there or cannot be used
	 */
	ContextFactory contextFactory(ServerSpec spec, TwistedProperties.Ssl ssl) {
		ContextFactory main = bundle(spec, ssl, "ssl.bundle", String.valueOf(ssl.bundle()));
		if (ssl.sni().isEmpty()) {
			return main;
		}
		Map<String, ContextFactory> byName = new LinkedHashMap<>();
		ssl.sni()
			.forEach(
					(serverName, bundle) -> byName.put(serverName, bundle(spec, ssl, "ssl.sni." + serverName, bundle)));
		return new ServerNames(main, byName);
	}

	private ContextFactory bundle(ServerSpec spec, TwistedProperties.Ssl ssl, String key, String bundle) {
		SslBundles bundles = this.sslBundles.getIfAvailable();
		if (bundles == null) {
			throw new FailureAnalyzedException(
					"The server '%s' is to use the SSL bundle '%s', but there are no SSL bundles."
						.formatted(spec.name(), bundle),
					"Let Spring Boot's SslAutoConfiguration apply, or remove %s.".formatted(spec.key("ssl")));
		}
		try {
			return BundleContextFactory.of(bundles, bundle, ssl);
		}
		catch (NoSuchSslBundleException ex) {
			throw new FailureAnalyzedException(
					"The server '%s' is to use the SSL bundle '%s', but there is no such bundle.".formatted(spec.name(),
							bundle),
					"Define spring.ssl.bundle.pem.%1$s or spring.ssl.bundle.jks.%1$s, or change %2$s.".formatted(bundle,
							spec.key(key)),
					ex);
		}
		catch (RuntimeException ex) {
			throw new FailureAnalyzedException(
					"The SSL bundle '%s' of the server '%s' cannot be used: %s".formatted(bundle, spec.name(),
							ex.getMessage()),
					(ssl.clientAuth() == ClientAuth.NONE) ? "Correct the bundle, or change %s.".formatted(spec.key(key))
							: "Correct the bundle, such as with spring.ssl.bundle.pem.%s.truststore.certificate, or change %s or %s."
								.formatted(bundle, spec.key(key), spec.key("ssl.client-auth")),
					ex);
		}
	}

}
