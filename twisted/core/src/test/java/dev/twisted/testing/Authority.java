package dev.twisted.testing;

import java.util.List;
import java.util.function.UnaryOperator;

import dev.twisted.internet.ssl.CertificateOptions;
import dev.twisted.internet.ssl.PrivateCertificate;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/**
 * An authority that lives as long as the tests, and what it has certified.
 */
public final class Authority {

	/** The one that tests trust. */
	public static final Authority TRUSTED = new Authority("CN=Trusted");

	/** One that nobody trusts. */
	public static final Authority UNKNOWN = new Authority("CN=Unknown");

	/** Of 127.0.0.1 and localhost. */
	public static final X509Bundle SERVER = TRUSTED.certify("CN=server",
			(builder) -> builder.addSanDnsName("localhost").addSanIpAddress("127.0.0.1"));

	public static final X509Bundle CLIENT = TRUSTED.certify("CN=client", UnaryOperator.identity());

	private final X509Bundle root;

	private Authority(String name) {
		try {
			this.root = new CertificateBuilder().subject(name)
				.setIsCertificateAuthority(true)
				.ecp256()
				.buildSelfSigned();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The certificate that those who trust this authority have. */
	public X509Bundle root() {
		return this.root;
	}

	/** Issue a certificate. */
	public X509Bundle certify(String subject, UnaryOperator<CertificateBuilder> options) {
		try {
			return options.apply(new CertificateBuilder().subject(subject).ecp256()).buildIssuedBy(this.root);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Issue a certificate for a host name. */
	public X509Bundle certify(String host) {
		return certify("CN=" + host, (builder) -> builder.addSanDnsName(host));
	}

	/** Options that show a certificate and trust this authority. */
	public CertificateOptions.Builder options(X509Bundle certificate) {
		return trust().certificate(
				new PrivateCertificate(certificate.getKeyPair().getPrivate(), certificate.getCertificatePathList()));
	}

	/** Options that trust this authority. */
	public CertificateOptions.Builder trust() {
		return CertificateOptions.builder().trustRoots(List.of(this.root.getCertificate()));
	}

	/** Options of a server on the loopback that {@link #TRUSTED} has certified. */
	public static CertificateOptions.Builder server() {
		return TRUSTED.options(SERVER);
	}

	/** Options of a client that trusts {@link #TRUSTED}. */
	public static CertificateOptions.Builder client() {
		return TRUSTED.trust();
	}

}
