package dev.twisted.spread.jelly;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.twisted.spread.banana.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A record that travels as a copy, and the name it has on its way.
 *
 * @param <R> the record
 */
final class RecordType<R extends Record> {

	private final Bytes name;

	private final Class<R> type;

	private final RecordComponent[] components;

	private final Conversion[] conversions;

	private final MethodHandle[] accessors;

	private final MethodHandle constructor;

	RecordType(Bytes name, Class<R> type) {
		this.name = name;
		this.type = type;
		this.components = type.getRecordComponents();
		this.conversions = Arrays.stream(this.components)
			.map((component) -> Conversion.to(component.getGenericType()))
			.toArray(Conversion[]::new);
		try {
			MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
			this.accessors = new MethodHandle[this.components.length];
			for (int i = 0; i < this.components.length; i++) {
				this.accessors[i] = lookup.unreflect(this.components[i].getAccessor());
			}
			Class<?>[] types = Arrays.stream(this.components).map(RecordComponent::getType).toArray(Class<?>[]::new);
			this.constructor = lookup.unreflectConstructor(type.getDeclaredConstructor(types))
				.asSpreader(Object[].class, types.length);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException("The record %s is not accessible".formatted(type.getName()), ex);
		}
	}

	Bytes name() {
		return this.name;
	}

	Map<String, @Nullable Object> state(Object record) throws JellyException {
		Map<String, @Nullable Object> state = new LinkedHashMap<>();
		for (int i = 0; i < this.components.length; i++) {
			try {
				state.put(this.components[i].getName(), this.accessors[i].invoke(record));
			}
			catch (Throwable ex) {
				throw new JellyException("%s has no %s".formatted(this.type.getName(), this.components[i].getName()),
						ex);
			}
		}
		return state;
	}

	Object make(Map<String, ? extends @Nullable Object> state) throws JellyException {
		@Nullable Object[] values = new @Nullable Object[this.components.length];
		for (int i = 0; i < values.length; i++) {
			String component = this.components[i].getName();
			if (!state.containsKey(component)) {
				throw new JellyException("%s lacks its %s".formatted(this.name, component));
			}
			values[i] = convert(i, state.get(component));
		}
		try {
			return this.constructor.invoke(values);
		}
		catch (Throwable ex) {
			throw new JellyException("%s cannot be made: %s".formatted(this.type.getName(), ex), ex);
		}
	}

	private @Nullable Object convert(int index, @Nullable Object value) throws JellyException {
		try {
			return this.conversions[index].convert(value);
		}
		catch (JellyException ex) {
			throw new JellyException(
					"%s of %s: %s".formatted(this.components[index].getName(), this.name, ex.getMessage()), ex);
		}
	}

}
