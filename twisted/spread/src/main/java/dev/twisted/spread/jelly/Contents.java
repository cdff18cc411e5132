package dev.twisted.spread.jelly;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Converts a value and what is inside it, as far as its type says what that is to be. A
 * collection in which nothing has to be converted stays the same object; another is
 * copied, once, however often it occurs in the value.
 */
final class Contents {

	private final Conversion whole;

	private final @Nullable Contents keys;

	/** What is inside, or the values of a map; {@code null} for anything at all. */
	private final @Nullable Contents elements;

	private Contents(Conversion whole, @Nullable Contents keys, @Nullable Contents elements) {
		this.whole = whole;
		this.keys = keys;
		this.elements = elements;
	}

	static Conversion conversion(Type type, Function<Class<?>, Conversion> plain) {
		Contents contents = of(type, plain);
		if (contents.keys == null && contents.elements == null) {
			return contents.whole;
		}
		return (value) -> contents.convert(value, new IdentityHashMap<>());
	}

	private static Contents of(Type type, Function<Class<?>, Conversion> plain) {
		if (type instanceof WildcardType wildcard) {
			return of(wildcard.getUpperBounds()[0], plain);
		}
		Class<?> raw = erase(type);
		Conversion whole = plain.apply(raw);
		if (type instanceof ParameterizedType generic) {
			Type[] arguments = generic.getActualTypeArguments();
			if (Iterable.class.isAssignableFrom(raw) && arguments.length == 1) {
				return new Contents(whole, null, inside(arguments[0], plain));
			}
			if (Map.class.isAssignableFrom(raw) && arguments.length == 2) {
				return new Contents(whole, inside(arguments[0], plain), inside(arguments[1], plain));
			}
		}
		return new Contents(whole, null, null);
	}

	private static @Nullable Contents inside(Type type, Function<Class<?>, Conversion> plain) {
		Type bound = (type instanceof WildcardType wildcard) ? wildcard.getUpperBounds()[0] : type;
		return (erase(bound) != Object.class) ? of(bound, plain) : null;
	}

	private static Class<?> erase(Type type) {
		if (type instanceof Class<?> plain) {
			return plain;
		}
		if (type instanceof ParameterizedType generic) {
			return erase(generic.getRawType());
		}
		if (type instanceof GenericArrayType array) {
			return Array.newInstance(erase(array.getGenericComponentType()), 0).getClass();
		}
		return (type instanceof TypeVariable<?> variable) ? erase(variable.getBounds()[0]) : Object.class;
	}

	private @Nullable Object convert(@Nullable Object value, Map<Contents, Map<Object, Object>> done)
			throws JellyException {
		Object converted = this.whole.convert(value);
		boolean made = converted instanceof ArrayList || converted instanceof Tuple
				|| converted instanceof LinkedHashSet || converted instanceof FrozenSet
				|| converted instanceof LinkedHashMap;
		if (converted == null || !made || (this.keys == null && this.elements == null)) {
			return converted;
		}
		Map<Object, Object> known = done.computeIfAbsent(this, (key) -> new IdentityHashMap<>());
		Object before = known.get(converted);
		if (before == null) {
			before = (converted instanceof Map<?, ?> map) ? entries(map, done)
					: elements((Collection<?>) converted, done);
			known.put(converted, before);
		}
		return before;
	}

	private Object elements(Collection<?> collection, Map<Contents, Map<Object, Object>> done) throws JellyException {
		@Nullable Object[] values = new @Nullable Object[collection.size()];
		boolean changed = false;
		int i = 0;
		for (Object element : collection) {
			values[i] = convert(this.elements, element, done);
			changed |= values[i++] != element;
		}
		if (!changed) {
			return collection;
		}
		if (collection instanceof Tuple) {
			return new Tuple(values);
		}
		List<@Nullable Object> list = Arrays.asList(values);
		if (collection instanceof Set) {
			Set<@Nullable Object> set = new LinkedHashSet<>(list);
			return (collection instanceof FrozenSet) ? new FrozenSet(set) : set;
		}
		return new ArrayList<>(list);
	}

	private Object entries(Map<?, ?> map, Map<Contents, Map<Object, Object>> done) throws JellyException {
		Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
		boolean changed = false;
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			Object key = convert(this.keys, entry.getKey(), done);
			Object value = convert(this.elements, entry.getValue(), done);
			changed |= key != entry.getKey() || value != entry.getValue();
			entries.put(key, value);
		}
		return changed ? entries : map;
	}

	private static @Nullable Object convert(@Nullable Contents contents, @Nullable Object value,
			Map<Contents, Map<Object, Object>> done) throws JellyException {
		return (contents != null) ? contents.convert(value, done) : value;
	}

}
