package dev.twisted.struct;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the fields of a record of a format.
 */
final class LayoutCompiler {

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
			return new Field(component.getName(), component.getType(), codec(item, component), padding);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("%s: %s".formatted(component.getName(), ex.getMessage()), ex);
		}
	}

	private Codec codec(Item item, RecordComponent component) {
		Class<?> type = ComponentTypes.unboxed(component.getType());
		boolean oneByte = item.size() == 1 && type == byte.class;
		switch (item.code().kind()) {
			case SIGNED:
				return ComponentTypes.integer(type, item.size(), true, item.bigEndian());
			case UNSIGNED, POINTER:
				return ComponentTypes.integer(type, item.size(), false, item.bigEndian());
			case FLOAT:
				return ComponentTypes.floating(type, item.size(), item.bigEndian());
			case BOOLEAN:
				return ComponentTypes.truth(type);
			case PASCAL:
				return new PascalCodec(content(component), item.size());
			default:
				return oneByte ? ComponentTypes.integer(type, 1, true, true)
						: new FixedCodec(content(component), item.size());
		}
	}

	private Content content(RecordComponent component) {
		return ComponentTypes.content(component.getType(), this.inside.inside(component).charset());
	}

}
