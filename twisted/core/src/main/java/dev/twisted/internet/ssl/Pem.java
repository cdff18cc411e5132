package dev.twisted.internet.ssl;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text that carries certificates and keys (RFC 7468).
 */
final class Pem {

	private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

	private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

	private Pem() {
	}

	static List<X509Certificate> certificates(String pem) throws CertificateException {
		CertificateFactory factory = CertificateFactory.getInstance("X.509");
		List<X509Certificate> certificates = new ArrayList<>();
		Matcher block = BLOCK.matcher(pem);
		while (block.find()) {
			if (block.group(1).equals("CERTIFICATE")) {
				byte[] bytes = bytes(block);
				certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes)));
			}
		}
		return certificates;
	}

	static PrivateKey privateKey(String pem) throws GeneralSecurityException {
		byte[] found = null;
		Matcher block = BLOCK.matcher(pem);
		while (block.find()) {
			String label = block.group(1);
			if (label.equals("PRIVATE KEY")) {
				if (found != null) {
					throw new IllegalArgumentException("There is more than one private key in the PEM text");
				}
				found = bytes(block);
			}
			else if (label.endsWith("PRIVATE KEY")) {
				throw new IllegalArgumentException(
						"A private key has to be PKCS#8 without a password ('BEGIN PRIVATE KEY'); this one is 'BEGIN %s'. 'openssl pkcs8 -topk8 -nocrypt' converts it"
							.formatted(label));
			}
		}
		if (found == null) {
			throw new IllegalArgumentException("There is no private key in the PEM text");
		}
		return decode(found);
	}

	private static byte[] bytes(Matcher block) {
		return Base64.getMimeDecoder().decode(block.group(2));
	}

	private static PrivateKey decode(byte[] encoded) throws GeneralSecurityException {
		PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
		for (String algorithm : KEY_ALGORITHMS) {
			try {
				return KeyFactory.getInstance(algorithm).generatePrivate(spec);
			}
			catch (InvalidKeySpecException ex) {
				// It is for another algorithm.
			}
		}
		throw new InvalidKeySpecException("the private key is for none of " + KEY_ALGORITHMS);
	}

}
