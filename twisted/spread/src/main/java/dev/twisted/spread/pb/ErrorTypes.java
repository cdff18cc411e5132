package dev.twisted.spread.pb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

import dev.twisted.defer.CancelledException;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.cred.LoginFailedException;
import dev.twisted.spread.cred.UnauthorizedLoginException;
import dev.twisted.spread.cred.UnhandledCredentialsException;
import dev.twisted.spread.jelly.InsecureJellyException;
import dev.twisted.spread.jelly.JellyException;

/**
 * The names that our exceptions have in Python. A class that has none keeps its own name,
 * followed by those of the nearest class above it that has.
 */
final class ErrorTypes {

	private static final List<String> EXCEPTION = List.of("builtins.Exception", "builtins.BaseException",
			"builtins.object");

	private static final Map<Class<?>, List<String>> NAMES = new LinkedHashMap<>();

	static {
		NAMES.put(Throwable.class, EXCEPTION);
		name(IllegalArgumentException.class, "builtins.ValueError");
		name(ArithmeticException.class, "builtins.ArithmeticError");
		name(ClassCastException.class, "builtins.TypeError");
		name(IndexOutOfBoundsException.class, "builtins.IndexError", "builtins.LookupError");
		name(NoSuchElementException.class, "builtins.LookupError");
		name(UnsupportedOperationException.class, "builtins.NotImplementedError", "builtins.RuntimeError");
		name(IllegalStateException.class, "builtins.RuntimeError");
		name(IOException.class, "builtins.OSError");
		name(OutOfMemoryError.class, "builtins.MemoryError");
		name(StackOverflowError.class, "builtins.RecursionError", "builtins.RuntimeError");
		name(CancelledException.class, "twisted.internet.defer.CancelledError");
		name(dev.twisted.defer.TimeoutException.class, "twisted.internet.defer.TimeoutError");
		name(BananaException.class, "twisted.spread.banana.BananaError");
		name(JellyException.class, "builtins.ValueError");
		name(LimitReachedException.class, "twisted.spread.pb.Error");
		name(InsecureJellyException.class, "twisted.spread.jelly.InsecureJelly");
		name(PBException.class, "twisted.spread.pb.Error");
		name(ProtocolException.class, "twisted.spread.pb.ProtocolError");
		name(DeadReferenceException.class, "twisted.spread.pb.DeadReferenceError", "twisted.spread.pb.ProtocolError");
		name(PBConnectionLost.class, "twisted.spread.pb.PBConnectionLost");
		name(NoSuchRemoteMethodException.class, "twisted.spread.flavors.NoSuchMethod", "builtins.AttributeError");
		name(LoginFailedException.class, "twisted.cred.error.LoginFailed");
		name(UnauthorizedLoginException.class, "twisted.cred.error.UnauthorizedLogin", "twisted.cred.error.LoginFailed",
				"twisted.cred.error.Unauthorized");
		name(UnhandledCredentialsException.class, "twisted.cred.error.UnhandledCredentials",
				"twisted.cred.error.LoginFailed");
	}

	private ErrorTypes() {
	}

	private static void name(Class<?> type, String... names) {
		List<String> all = new ArrayList<>(List.of(names));
		all.addAll(EXCEPTION);
		NAMES.put(type, List.copyOf(all));
	}

	/** The types of an exception, the most special first. */
	static List<String> of(Throwable exception) {
		if (exception instanceof RemoteException remote) {
			return remote.remoteTypes();
		}
		List<String> names = new ArrayList<>();
		for (Class<?> type = exception.getClass(); type != null; type = type.getSuperclass()) {
			List<String> known = NAMES.get(type);
			if (known != null) {
				names.addAll(known);
				break;
			}
			names.add(type.getName());
		}
		return names;
	}

	/** What a call with the wrong arguments is to Python. */
	static RemoteException typeError(String message) {
		return new RemoteException("builtins.TypeError", message);
	}

}
