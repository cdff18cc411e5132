package dev.twisted.struct;

import java.util.List;

/**
 * The components of a record.
 *
 * @param list each of them, in order
 * @param trailing how many bytes that mean nothing stand behind the last
 */
record Fields(List<Field> list, int trailing) {

	/**
	 * Check that they can follow each other.
	 * @throws IllegalArgumentException if they cannot
	 */
	Fields {
		boolean open = false;
		for (Field field : list) {
			if (open) {
				throw new IllegalArgumentException(
						"%s: nothing can follow what goes on to the end".formatted(field.name()));
			}
			open = field.codec().isOpen();
		}
		if (open && trailing > 0) {
			throw new IllegalArgumentException("padding cannot follow what goes on to the end");
		}
	}

	int minimumSize() {
		long size = this.trailing;
		for (Field field : this.list) {
			size += (long) field.padding() + field.codec().minimumSize();
		}
		if (size > Integer.MAX_VALUE) {
			throw new IllegalArgumentException("it is too large for an array: %d bytes".formatted(size));
		}
		return (int) size;
	}

	boolean isFixedSize() {
		return this.list.stream().allMatch((field) -> field.codec().isFixedSize());
	}

	boolean isOpen() {
		return this.list.stream().anyMatch((field) -> field.codec().isOpen());
	}

}
