package dev.twisted.struct;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Makes the fields of a record of its annotated components.
 */
final class ComponentCompiler {

	private static final List<Class<? extends Annotation>> SHAPES = List.of(Signed.class, Unsigned.class, Fixed.class,
			LengthPrefixed.class, Counted.class, Rest.class);

	private static final Map<Class<?>, Integer> JAVA_WIDTHS = Map.of(byte.class, Byte.BYTES, short.class, Short.BYTES,
			int.class, Integer.BYTES, long.class, Long.BYTES);

	private final RecordCompiler records;

	private final Surroundings around;

	ComponentCompiler(RecordCompiler records, Surroundings around) {
		this.records = records;
		this.around = around;
	}

	Fields compile(RecordComponent[] components) {
		List<Field> fields = new ArrayList<>();
		int padding = 0;
		for (RecordComponent component : components) {
			try {
				@Nullable Padding own = component.getAnnotation(Padding.class);
				if (own != null) {
					padding += requireNotNegative(own.before(), "padding");
				}
				Codec codec = codec(component, component.getAnnotatedType());
				fields.add(new Field(component.getName(), component.getType(), codec, padding));
				padding = (own != null) ? requireNotNegative(own.after(), "padding") : 0;
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("%s: %s".formatted(component.getName(), ex.getMessage()), ex);
			}
		}
		return new Fields(fields, padding);
	}

	/**
	 * The codec of a component, or of the elements of one.
	 * @param annotations has the annotations
	 * @param annotated has the type
	 */
	private Codec codec(AnnotatedElement annotations, AnnotatedType annotated) {
		Surroundings inside = this.around.inside(annotations);
		@Nullable Annotation shape = shape(annotations);
		if (shape instanceof Signed signed) {
			return integer(annotated, signed.value(), true, inside);
		}
		if (shape instanceof Unsigned unsigned) {
			return integer(annotated, unsigned.value(), false, inside);
		}
		if (shape instanceof Fixed fixed) {
			if (fixed.value() < 1) {
				throw new IllegalArgumentException("@Fixed takes 1 byte or more, not %d".formatted(fixed.value()));
			}
			return new FixedCodec(ComponentTypes.content(rawType(annotated), inside.charset()), fixed.value());
		}
		if (shape instanceof LengthPrefixed prefixed) {
			int max = max(prefixed.value(), prefixed.max());
			return new BoundedCodec(open(annotated, inside), prefixed.value(), inside.bigEndian(), max);
		}
		if (shape instanceof Counted counted) {
			int max = max(counted.value(), counted.max());
			return new ListCodec(element(annotated, inside), counted.value(), inside.bigEndian(), max);
		}
		return (shape instanceof Rest) ? rest(annotated, inside) : plain(rawType(annotated), inside);
	}

	private Codec plain(Class<?> type, Surroundings inside) {
		Class<?> unboxed = ComponentTypes.unboxed(type);
		@Nullable Integer width = JAVA_WIDTHS.get(unboxed);
		if (width != null) {
			return ComponentTypes.integer(unboxed, width, true, inside.bigEndian());
		}
		if (unboxed == float.class || unboxed == double.class) {
			return ComponentTypes.floating(unboxed, (unboxed == float.class) ? Float.BYTES : Double.BYTES,
					inside.bigEndian());
		}
		if (unboxed == boolean.class) {
			return ComponentTypes.truth(unboxed);
		}
		if (type.isRecord()) {
			return this.records.compile(type, inside);
		}
		throw new IllegalArgumentException(missing(type));
	}

	/**
	 * What has its end from outside: anything that can fill some bytes.
	 */
	private Codec open(AnnotatedType annotated, Surroundings inside) {
		Class<?> type = rawType(annotated);
		return type.isRecord() ? this.records.compile(type, inside) : rest(annotated, inside);
	}

	private Codec rest(AnnotatedType annotated, Surroundings inside) {
		Class<?> type = rawType(annotated);
		if (type == List.class) {
			return new ListCodec(element(annotated, inside), 0, inside.bigEndian(), Integer.MAX_VALUE);
		}
		return new RestCodec(ComponentTypes.content(type, inside.charset()));
	}

	private Codec element(AnnotatedType list, Surroundings inside) {
		if (rawType(list) != List.class || !(list instanceof AnnotatedParameterizedType parameterized)) {
			throw new IllegalArgumentException("%s is no List of something".formatted(list.getType().getTypeName()));
		}
		AnnotatedType annotated = parameterized.getAnnotatedActualTypeArguments()[0];
		Codec element = new ComponentCompiler(this.records, inside).codec(annotated, annotated);
		if (element.isOpen()) {
			throw new IllegalArgumentException("an element of a list cannot go on to the end");
		}
		if (element.minimumSize() == 0) {
			throw new IllegalArgumentException("an element of a list has to take some bytes");
		}
		return element;
	}

	private static Codec integer(AnnotatedType annotated, int width, boolean signed, Surroundings inside) {
		return ComponentTypes.integer(ComponentTypes.unboxed(rawType(annotated)), width, signed, inside.bigEndian());
	}

	private static @Nullable Annotation shape(AnnotatedElement annotations) {
		List<Annotation> shapes = SHAPES.stream().<Annotation>mapMulti((type, found) -> {
			@Nullable Annotation annotation = annotations.getAnnotation(type);
			if (annotation != null) {
				found.accept(annotation);
			}
		}).toList();
		if (shapes.size() > 1) {
			throw new IllegalArgumentException("only one of %s is possible".formatted(names(shapes.stream())));
		}
		return shapes.isEmpty() ? null : shapes.get(0);
	}

	private static String names(Stream<Annotation> annotations) {
		return annotations.map((annotation) -> "@" + annotation.annotationType().getSimpleName())
			.collect(Collectors.joining(", "));
	}

	private static int max(int width, int max) {
		if (width < 1 || width > Long.BYTES) {
			throw new IllegalArgumentException("a length or a number has 1 to 8 bytes, not %d".formatted(width));
		}
		requireNotNegative(max, "max");
		return (int) Math.min(max, (width < Integer.BYTES) ? (1L << (width * Byte.SIZE)) - 1 : Integer.MAX_VALUE);
	}

	private static int requireNotNegative(int value, String what) {
		if (value < 0) {
			throw new IllegalArgumentException("%s must not be negative: %d".formatted(what, value));
		}
		return value;
	}

	private static Class<?> rawType(AnnotatedType annotated) {
		Type type = annotated.getType();
		if (type instanceof ParameterizedType parameterized) {
			type = parameterized.getRawType();
		}
		if (type instanceof Class<?> raw) {
			return raw;
		}
		throw new IllegalArgumentException("there are no bytes for the type %s".formatted(type.getTypeName()));
	}

	private static String missing(Class<?> type) {
		if (type == String.class || type == byte[].class) {
			return "%s needs one of @Fixed, @LengthPrefixed, @Rest".formatted(type.getSimpleName());
		}
		if (type == List.class) {
			return "List needs one of @Counted, @LengthPrefixed, @Rest";
		}
		if (type == BigInteger.class) {
			return "BigInteger needs one of @Signed, @Unsigned";
		}
		return "there are no bytes for the type %s".formatted(type.getTypeName());
	}

}
