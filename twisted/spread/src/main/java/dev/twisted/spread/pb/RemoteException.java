package dev.twisted.spread.pb;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An error of another program: its type there, what it says and, if the other side tells,
 * where it happened. Thrown by what a peer calls, it is an error of exactly that type for
 * the peer. Follows Twisted's {@code RemoteError}.
 */
public class RemoteException extends Exception {

	private static final long serialVersionUID = 1L;

	private static final List<String> OF_ALL = List.of("builtins.Exception", "builtins.BaseException",
			"builtins.object");

	/** Types are names, and the list of them can be serialized. */
	private final String[] types;

	private final String remoteTraceback;

	/**
	 * Make an error for the peer.
	 * @param type the name of its Python class, such as {@code builtins.ValueError}; it
	 * is taken for a direct subclass of {@code Exception}
	 * @param message what it says
	 */
	public RemoteException(String type, @Nullable String message) {
		this(withParents(type), message, "");
	}

	/**
	 * Make an error.
	 * @param types the names of its class and of all its superclasses, the most special
	 * first
	 * @param message what it says
	 * @param remoteTraceback where it happened, empty if that is not known
	 */
	public RemoteException(List<String> types, @Nullable String message, String remoteTraceback) {
		super(message);
		if (types.isEmpty()) {
			throw new IllegalArgumentException("An error has a type");
		}
		this.types = types.toArray(String[]::new);
		this.remoteTraceback = remoteTraceback;
	}

	private static List<String> withParents(String type) {
		return List.of(type, OF_ALL.get(0), OF_ALL.get(1), OF_ALL.get(2));
	}

	/**
	 * The class of the error, on the other side.
	 * @return its name, such as {@code builtins.ValueError}
	 */
	public String remoteType() {
		return this.types[0];
	}

	/**
	 * The class of the error and all its superclasses, on the other side.
	 * @return their names, the most special first
	 */
	public List<String> remoteTypes() {
		return List.of(this.types);
	}

	/**
	 * Where it happened.
	 * @return several lines, or one that says that the other side does not tell
	 */
	public String remoteTraceback() {
		return this.remoteTraceback;
	}

	/**
	 * Whether this error is of one of some types.
	 * @param types names of classes on the other side
	 * @return the first that this error is an instance of, {@code null} if it is of none
	 */
	public @Nullable String check(String... types) {
		for (String type : types) {
			if (remoteTypes().contains(type)) {
				return type;
			}
		}
		return null;
	}

	// The message is what the peer has said, and stays that.
	@Override
	@SuppressWarnings("OverrideThrowableToString")
	public String toString() {
		return "%s [%s]: %s".formatted(getClass().getName(), remoteType(), getMessage());
	}

}
