package dev.twisted.spread.pb;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * A method of an object of the other side, and arguments by name. Immutable. Follows
 * Twisted's class of this name.
 */
public final class RemoteMethod {

	private final RemoteReference reference;

	private final String name;

	private final Map<String, @Nullable Object> keywords;

	RemoteMethod(RemoteReference reference, String name, Map<String, @Nullable Object> keywords) {
		this.reference = reference;
		this.name = name;
		this.keywords = keywords;
	}

	/**
	 * The same method with one more argument by name.
	 * @param keyword the name
	 * @param value the argument
	 * @return the method
	 */
	public RemoteMethod with(String keyword, @Nullable Object value) {
		Map<String, @Nullable Object> more = new LinkedHashMap<>(this.keywords);
		more.put(keyword, value);
		return new RemoteMethod(this.reference, this.name, more);
	}

	/**
	 * Call the method.
	 * @param <T> the result
	 * @param arguments the arguments by position
	 * @return fires as that of {@link RemoteReference#callRemote}
	 */
	public <T extends @Nullable Object> Deferred<T> call(@Nullable Object... arguments) {
		return this.reference.call(this.name, Arrays.asList(arguments), this.keywords, true);
	}

	/**
	 * Call the method and do not ask for an answer.
	 * @param arguments the arguments by position
	 * @return fires as that of {@link RemoteReference#callRemoteOnly}
	 */
	public Deferred<@Nullable Void> callOnly(@Nullable Object... arguments) {
		return this.reference.<@Nullable Void>call(this.name, Arrays.asList(arguments), this.keywords, false);
	}

}
