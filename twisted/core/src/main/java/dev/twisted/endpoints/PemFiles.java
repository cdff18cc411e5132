package dev.twisted.endpoints;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.twisted.internet.ssl.PrivateCertificate;

/**
 * Reads the certificates and keys that descriptions name.
 */
final class PemFiles {

	private PemFiles() {
	}

	/** The certificate of a server; one file may hold it all. */
	static PrivateCertificate certificate(Arguments arguments, String key, String defaultKey, String certificate,
			String chain) {
		String keyFile = arguments.get(key, defaultKey);
		String certificateFile = arguments.get(certificate, keyFile);
		String text = read(arguments, key, keyFile);
		if (!certificateFile.equals(keyFile)) {
			text = read(arguments, certificate, certificateFile) + text;
		}
		if (arguments.get(chain) != null) {
			text += read(arguments, chain, arguments.required(chain));
		}
		return load(arguments, key, text);
	}

	/** The certificate of a client; the key may be in the same file. */
	static PrivateCertificate clientCertificate(Arguments arguments, String certificate, String key) {
		String certificateFile = arguments.required(certificate);
		String text = read(arguments, certificate, certificateFile);
		String keyFile = arguments.get(key, certificateFile);
		if (!keyFile.equals(certificateFile)) {
			text += read(arguments, key, keyFile);
		}
		return load(arguments, certificate, text);
	}

	private static PrivateCertificate load(Arguments arguments, String name, String text) {
		try {
			return PrivateCertificate.loadPEM(text);
		}
		catch (IllegalArgumentException ex) {
			throw arguments.invalid(name, String.valueOf(ex.getMessage()), ex);
		}
	}

	/** The certificates in a folder, as far as they can be read, or in one file. */
	static List<X509Certificate> trustRoots(Arguments arguments, String name) {
		Path path = Path.of(arguments.required(name));
		if (!Files.isDirectory(path)) {
			return roots(arguments, name, read(arguments, name, path.toString()));
		}
		List<X509Certificate> found = new ArrayList<>();
		try (Stream<Path> files = Files.list(path)) {
			for (Path file : files.sorted().toList()) {
				if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".pem")) {
					addReadable(found, file);
				}
			}
		}
		catch (IOException ex) {
			throw arguments.invalid(name, "the folder cannot be read", ex);
		}
		if (found.isEmpty()) {
			throw arguments.invalid(name, "there is no certificate in a .pem file there", null);
		}
		return found;
	}

	private static List<X509Certificate> roots(Arguments arguments, String name, String text) {
		try {
			return PrivateCertificate.loadCertificates(text);
		}
		catch (IllegalArgumentException ex) {
			throw arguments.invalid(name, String.valueOf(ex.getMessage()), ex);
		}
	}

	/** A folder of a system's certificates may hold what is none, as in Twisted. */
	private static void addReadable(List<X509Certificate> found, Path file) {
		try {
			found.addAll(PrivateCertificate.loadCertificates(Files.readString(file, StandardCharsets.ISO_8859_1)));
		}
		catch (IOException | IllegalArgumentException ex) {
			// Not one to be trusted, then.
		}
	}

	private static String read(Arguments arguments, String name, String file) {
		try {
			return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1) + '\n';
		}
		catch (IOException ex) {
			throw new IllegalArgumentException(
					"%s: '%s' names a file that cannot be read: %s".formatted(arguments.type(), name, ex), ex);
		}
	}

}
