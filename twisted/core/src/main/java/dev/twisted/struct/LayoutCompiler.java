package dev.twisted.struct;

import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the fields of a record of a format.
 */
final class LayoutCompiler {

	/** What the format says already. */
	private static final List<Class<? extends Annotation>> SUPERFLUOUS = List.of(Signed.class, Unsigned.class,
			Fixed.class, LengthPrefixed.class, Counted.class, Rest.class, Padding.class, BigEndian.class,
			LittleEndian.class);

	private final Struct struct;

	private final Surroundings inside;

	private int end;

	LayoutCompiler(Layout layout, Surroundings inside) {
		this.struct = Struct.of(layout.value());
		this.inside = inside;
	}

	Fields compile(RecordComponent[] components) {
		if (components.length != this.struct.count()) {
			throw new IllegalArgumentException("its layout \"%s\" has %d values, but it has %d components"
				.formatted(this.struct.format(), this.struct.count(), components.length));
		}
		List<Field> fields = new ArrayList<>();
		for (Item item : this.struct.items()) {
			for (int i = 0; i < item.repeat(); i++) {
				fields.add(field(item, item.offset() + i * item.size(), components[fields.size()]));
			}
		}
		return new Fields(fields, this.struct.size() - this.end);
	}

	private Field field(Item item, int offset, RecordComponent component) {
		int padding = offset - this.end;
		this.end = offset + item.size();
		try {
			requireNoMore(component);
			return new Field(component.getName(), component.getType(), codec(item, component), padding);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("%s: %s".formatted(component.getName(), ex.getMessage()), ex);
		}
	}

	private static void requireNoMore(RecordComponent component) {
		for (Class<? extends Annotation> annotation : SUPERFLUOUS) {
			if (component.isAnnotationPresent(annotation)) {
				throw new IllegalArgumentException(
						"@%s has no place in a record with a @Layout".formatted(annotation.getSimpleName()));
			}
		}
	}

	private Codec codec(Item item, RecordComponent component) {
		Class<?> type = ComponentTypes.unboxed(component.getType());
		boolean oneByte = item.size() == 1 && type == byte.class;
		return switch (item.code().kind()) {
			case SIGNED -> ComponentTypes.integer(type, item.size(), true, item.bigEndian());
			case UNSIGNED, POINTER -> ComponentTypes.integer(type, item.size(), false, item.bigEndian());
			case FLOAT -> ComponentTypes.floating(type, item.size(), item.bigEndian());
			case BOOLEAN -> ComponentTypes.truth(type);
			case PASCAL -> pascal(item, content(component));
			case CHAR, STRING ->
				oneByte ? ComponentTypes.integer(type, 1, true, true) : new FixedCodec(content(component), item.size());
			case PAD -> throw new IllegalStateException("Padding has no values");
		};
	}

	private static Codec pascal(Item item, Content content) {
		if (item.size() == 0) {
			throw new IllegalArgumentException("a Pascal string without bytes has no room for its length");
		}
		return new PascalCodec(content, item.size());
	}

	private Content content(RecordComponent component) {
		return ComponentTypes.content(component.getType(), this.inside.inside(component).charset());
	}

}
