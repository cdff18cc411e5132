package dev.twisted.spread.pb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.twisted.defer.Failure;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Unjellier;
import org.jspecify.annotations.Nullable;

/**
 * How errors travel: with all the attributes that a Python peer looks for, whichever
 * version it is.
 */
final class CopyableFailure {

	static final Bytes NAME = Bytes.utf8("twisted.spread.pb.CopyableFailure");

	private static final String UNAVAILABLE = "Traceback unavailable\n";

	/** Enough for people; what is cut off must not keep the error from being sent. */
	private static final int MAX_TEXT = 32 * 1024;

	private CopyableFailure() {
	}

	static Object jelly(Throwable exception, boolean unsafeTracebacks, Jellier jellier) throws JellyException {
		List<String> types = ErrorTypes.of(exception);
		Map<String, @Nullable Object> state = new LinkedHashMap<>();
		state.put("count", 1);
		state.put("type", Bytes.utf8(types.get(0)));
		state.put("value", sendable(message(exception)));
		state.put("captureVars", false);
		state.put("frames", new ArrayList<>());
		state.put("stack", new ArrayList<>());
		state.put("tb", null);
		state.put("parents", types);
		state.put("unsafeTracebacks", unsafeTracebacks);
		state.put("traceback", unsafeTracebacks ? sendable(new Failure(exception).getTraceback() + "\n") : UNAVAILABLE);
		return List.of(NAME, jellier.jellyKeywords(state));
	}

	private static String message(Throwable exception) {
		return new Failure(exception).getErrorMessage();
	}

	/** A copy without half characters, and not too long. */
	private static String sendable(String text) {
		String cut = (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) + "..." : text;
		return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	static Object unjelly(Unjellier unjellier, List<?> jelly) throws JellyException {
		Map<String, @Nullable Object> state = unjellier.unjellyState(jelly);
		List<String> types = new ArrayList<>();
		if (state.get("parents") instanceof List<?> parents) {
			parents.forEach((parent) -> types.add(text(parent)));
		}
		String type = text(state.get("type"));
		if (types.isEmpty() || !types.get(0).equals(type)) {
			types.add(0, type);
		}
		return new RemoteFailure(new RemoteException(types, text(state.get("value")), text(state.get("traceback"))));
	}

	/**
	 * What a call fails with, whatever the other side has sent as its error: usually a
	 * failure already, else an exception that is registered here, or text. Anything else
	 * is not shown, as nobody knows how large it is.
	 */
	static Failure of(@Nullable Object error) {
		if (error instanceof Failure failure) {
			return failure;
		}
		if (error instanceof Throwable exception) {
			return new Failure(exception);
		}
		String text = text(error);
		return new RemoteFailure(new RemoteException("twisted.spread.pb.Error",
				text.isEmpty() ? "The other side has not said in words what is wrong" : text));
	}

	private static String text(@Nullable Object value) {
		if (value instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		return (value instanceof String text) ? text : "";
	}

}
