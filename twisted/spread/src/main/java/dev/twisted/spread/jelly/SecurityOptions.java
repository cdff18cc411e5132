package dev.twisted.spread.jelly;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.twisted.spread.banana.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Which objects may come in besides the types that everybody knows. Nothing else is ever
 * made of what a peer sends. Register everything before the first connection. Follows
 * Twisted's class of this name and {@code setUnjellyableForClass}, but that nothing is
 * global. For any thread.
 */
public final class SecurityOptions {

	private final Map<Bytes, Unjellyable> types = new ConcurrentHashMap<>();

	private final Map<Class<?>, RecordType<?>> records = new ConcurrentHashMap<>();

	/**
	 * Have a record travel as a copy, in both directions.
	 * @param <R> the record
	 * @param name the name it has on its way: that of the Python class, such as
	 * {@code shop.Order}
	 * @param type the record; its components are the attributes
	 * @return this
	 * @throws IllegalArgumentException if the name is taken
	 */
	public <R extends Record> SecurityOptions setUnjellyableForClass(String name, Class<R> type) {
		RecordType<R> record = new RecordType<>(Bytes.utf8(name), type);
		register(name, (unjellier, jelly) -> record.make(unjellier.unjellyState(jelly)));
		this.records.put(type, record);
		return this;
	}

	/**
	 * Have objects of a class made when they come in.
	 * @param name the name of the Python class
	 * @param factory makes an empty one, which is then asked to read itself
	 * @return this
	 * @throws IllegalArgumentException if the name is taken
	 */
	public SecurityOptions setUnjellyableForClass(String name, Supplier<? extends Unjellyable> factory) {
		return register(name, (unjellier, jelly) -> factory.get().unjellyFor(unjellier, jelly));
	}

	/**
	 * Have objects of a class made of their state when they come in.
	 * @param name the name of the Python class
	 * @param factory makes one of the attributes
	 * @return this
	 * @throws IllegalArgumentException if the name is taken
	 */
	public SecurityOptions setUnjellyableFactoryForClass(String name, StateReader factory) {
		return register(name, (unjellier, jelly) -> factory.read(unjellier.unjellyState(jelly)));
	}

	private SecurityOptions register(String name, Unjellyable unjellyable) {
		Bytes key = Bytes.utf8(name);
		if (Unjellier.knows(key) || this.types.putIfAbsent(key, unjellyable) != null) {
			throw new IllegalArgumentException("There is a type %s already".formatted(name));
		}
		return this;
	}

	@Nullable Unjellyable type(Bytes name) {
		return this.types.get(name);
	}

	@Nullable RecordType<?> record(Class<?> type) {
		return this.records.get(type);
	}

	/**
	 * Makes an object of its attributes.
	 */
	@FunctionalInterface
	public interface StateReader {

		/**
		 * Make the object.
		 * @param state the attributes
		 * @return the object
		 * @throws JellyException if they do not suit it
		 */
		@Nullable Object read(Map<String, @Nullable Object> state) throws JellyException;

	}

}
