package dev.twisted.internet.ssl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its private key: who one can prove to be. Follows Twisted's
 * {@code PrivateCertificate}.
 *
 * @param privateKey the key
 * @param chain the certificate, followed by those of its issuers as far as they are known
 */
public record PrivateCertificate(PrivateKey privateKey, List<X509Certificate> chain) {

	/**
	 * Checks that there is a certificate.
	 */
	public PrivateCertificate {
		if (chain.isEmpty()) {
			throw new IllegalArgumentException("A private key alone proves nothing: there is no certificate");
		}
		chain = List.copyOf(chain);
	}

	/**
	 * Read a certificate, its issuers' and its key from PEM text. The key is one of
	 * PKCS#8 without a password: RSA, EC or EdDSA.
	 * @param pem the text, in which the key may stand before or after the certificates
	 * @return the certificate
	 * @throws IllegalArgumentException if there is no certificate or not exactly one key,
	 * or if they cannot be read
	 */
	public static PrivateCertificate loadPEM(String pem) {
		try {
			return new PrivateCertificate(Pem.privateKey(pem), Pem.certificates(pem));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("The PEM text cannot be read: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Read a certificate, its issuers' and its key from PEM files.
	 * @param files one file with all of it, or several that have it together
	 * @return the certificate
	 * @throws IOException if a file cannot be read
	 * @throws IllegalArgumentException if what is in the files is not a certificate and
	 * its key
	 */
	public static PrivateCertificate loadPEM(Path... files) throws IOException {
		StringBuilder pem = new StringBuilder();
		for (Path file : files) {
			pem.append(Files.readString(file, StandardCharsets.US_ASCII)).append('\n');
		}
		return loadPEM(pem.toString());
	}

	/**
	 * Read certificates, such as those to be trusted, from PEM text.
	 * @param pem the text
	 * @return the certificates in their order
	 * @throws IllegalArgumentException if there are none or if they cannot be read
	 */
	public static List<X509Certificate> loadCertificates(String pem) {
		try {
			List<X509Certificate> certificates = Pem.certificates(pem);
			if (certificates.isEmpty()) {
				throw new IllegalArgumentException("There is no certificate in the PEM text");
			}
			return certificates;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("The PEM text cannot be read: " + ex.getMessage(), ex);
		}
	}

	@Override
	public String toString() {
		return "PrivateCertificate of " + this.chain.get(0).getSubjectX500Principal();
	}

}
