package dev.twisted.boot.autoconfigure;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import dev.twisted.internet.CannotListenException;
import io.netty.channel.unix.Errors.NativeIoException;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Why the operating system would not open a port, and what to change.
 */
enum BindFailure {

	/** Somebody else listens there. */
	IN_USE("the port is in use", "Stop the process that listens on it, or change %1$s.", "in use", 98, 48),

	/** Not for this user. */
	DENIED("this user is not allowed to open it", "Set %1$s to a port above 1023, or run as a user that may open it.",
			"permission denied", 13, 13),

	/** Not one of this machine's addresses. */
	NOT_LOCAL("the address does not belong to this machine", "Set %2$s to an address of this machine, or remove it.",
			"assign requested address", 99, 49),

	/** Anything else. */
	OTHER("%3$s", "Check %1$s and %2$s.", "", 0, 0);

	/**
	 * What the system's structure for the address has room for, without its last zero.
	 */
	private static final int LONGEST_SOCKET_PATH = System.getProperty("os.name").startsWith("Linux") ? 107 : 103;

	private final String reason;

	private final String action;

	private final String message;

	private final int linuxError;

	private final int bsdError;

	BindFailure(String reason, String action, String message, int linuxError, int bsdError) {
		this.reason = reason;
		this.action = action;
		this.message = message;
		this.linuxError = linuxError;
		this.bsdError = bsdError;
	}

	static FailureAnalyzedException analyzed(ServerSpec spec, int port, HandlerKind.Transport transport,
			CannotListenException ex) {
		BindFailure failure = of(ex);
		InetSocketAddress address = spec.address(port);
		Object[] arguments = { spec.key("port"), spec.key("address"), ex.getMessage() };
		return new FailureAnalyzedException("The server '%s' cannot listen on %s:%d (%s): %s.".formatted(spec.name(),
				host(address), port, transport, failure.reason.formatted(arguments)),
				failure.action.formatted(arguments), ex);
	}

	static FailureAnalyzedException analyzed(ServerSpec spec, Path path, CannotListenException ex) {
		Path folder = path.toAbsolutePath().getParent();
		if (folder != null && !Files.isDirectory(folder)) {
			return new FailureAnalyzedException(
					"The server '%s' cannot listen on the Unix socket %s: there is no folder %s.".formatted(spec.name(),
							path, folder),
					"Create the folder, or change %s.".formatted(spec.key("path")), ex);
		}
		int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
		if (length > LONGEST_SOCKET_PATH) {
			return new FailureAnalyzedException(
					"The server '%s' cannot listen on the Unix socket %s: the path has %d bytes, and that of a socket may have %d."
						.formatted(spec.name(), path, length, LONGEST_SOCKET_PATH),
					"Change %s to a shorter path.".formatted(spec.key("path")), ex);
		}
		Throwable cause = ex.getCause();
		return new FailureAnalyzedException(
				"The server '%s' cannot listen on the Unix socket %s: %s.".formatted(spec.name(), path,
						(cause != null) ? cause.getMessage() : ex.getMessage()),
				"Change %s, stop the process that listens there, or remove what is there.".formatted(spec.key("path")),
				ex);
	}

	private static String host(InetSocketAddress address) {
		String host = address.getAddress().getHostAddress();
		return host.contains(":") ? "[" + host + "]" : host;
	}

	private static BindFailure of(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			for (BindFailure candidate : values()) {
				if (candidate != OTHER && candidate.matches(cause)) {
					return candidate;
				}
			}
		}
		return OTHER;
	}

	/** Messages come in the user's language, numbers only from native transports. */
	private boolean matches(Throwable cause) {
		if (cause instanceof NativeIoException nativeException) {
			int error = -nativeException.expectedErr();
			return error == this.linuxError || error == this.bsdError;
		}
		return cause.getMessage() != null && cause.getMessage().toLowerCase(Locale.ROOT).contains(this.message);
	}

}
