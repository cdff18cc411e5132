package dev.twisted.struct;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Composes the codec of a record, once: the handles that read its components end in its
 * constructor, those that write them begin with its accessors.
 */
final class RecordCompiler {

	private final MethodHandles.Lookup caller;

	/** The records being compiled, each inside the one before. */
	private final Set<Class<?>> unfinished = new LinkedHashSet<>();

	RecordCompiler(MethodHandles.Lookup caller) {
		this.caller = caller;
	}

	/**
	 * Compile a record.
	 * @param around what holds where the record says nothing
	 * @throws IllegalArgumentException if that cannot be done
	 */
	RecordCodec compile(Class<?> type, Surroundings around) {
		if (!type.isRecord()) {
			throw new IllegalArgumentException("%s is no record".formatted(type.getName()));
		}
		if (!this.unfinished.add(type)) {
			throw new IllegalArgumentException(
					"a record cannot be inside itself: " + Stream.concat(this.unfinished.stream(), Stream.of(type))
						.map(Class::getSimpleName)
						.collect(Collectors.joining(" > ")));
		}
		Surroundings inside = around.inside(type);
		@Nullable Layout layout = type.getAnnotation(Layout.class);
		Fields fields = (layout != null) ? new LayoutCompiler(layout, inside).compile(type.getRecordComponents())
				: new ComponentCompiler(this, inside).compile(type.getRecordComponents());
		this.unfinished.remove(type);
		return compose(type, fields);
	}

	private RecordCodec compose(Class<?> type, Fields fields) {
		try {
			MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, this.caller);
			MethodHandle reader = reader(constructor(lookup, type), fields.list());
			MethodHandle writer = writer(lookup, type, fields.list());
			return new RecordCodec(reader, writer, fields.trailing(), fields.minimumSize(), fields.isFixedSize(),
					fields.isOpen());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalArgumentException(
					"%s cannot be accessed: open its package, or call RecordFormat.of with a MethodHandles.lookup() that may"
						.formatted(type.getName()),
					ex);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static MethodHandle constructor(MethodHandles.Lookup lookup, Class<?> type)
			throws NoSuchMethodException, IllegalAccessException {
		List<Class<?>> types = Stream.of(type.getRecordComponents()).<Class<?>>map(RecordComponent::getType).toList();
		return lookup.findConstructor(type, MethodType.methodType(void.class, types));
	}

	/**
	 * Read the components from the first to the last, then call the constructor.
	 */
	private static MethodHandle reader(MethodHandle constructor, List<Field> fields) {
		MethodType type = MethodType.methodType(Object.class, Input.class);
		if (fields.isEmpty()) {
			return MethodHandles.dropArguments(constructor, 0, Input.class).asType(type);
		}
		MethodHandle[] readers = fields.stream().map(Field::reader).toArray(MethodHandle[]::new);
		MethodHandle reading = MethodHandles.filterArguments(constructor, 0, readers);
		MethodType onlyInput = MethodType.methodType(constructor.type().returnType(), Input.class);
		return MethodHandles.permuteArguments(reading, onlyInput, new int[readers.length]).asType(type);
	}

	/**
	 * Write the components from the first to the last.
	 */
	private static MethodHandle writer(MethodHandles.Lookup lookup, Class<?> type, List<Field> fields)
			throws IllegalAccessException {
		MethodHandle writer = MethodHandles.empty(MethodType.methodType(void.class, Output.class, type));
		RecordComponent[] components = type.getRecordComponents();
		for (int i = 0; i < components.length; i++) {
			MethodHandle next = fields.get(i).writer(lookup.unreflect(components[i].getAccessor()));
			writer = MethodHandles.foldArguments(next, writer);
		}
		return writer.asType(MethodType.methodType(void.class, Output.class, Object.class));
	}

}
