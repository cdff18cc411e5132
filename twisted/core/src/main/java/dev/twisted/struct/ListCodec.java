package dev.twisted.struct;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One value after the other.
 *
 * @param element each of them, never without bytes
 * @param width the bytes of their number in front of them; 0 if they go on to the end
 * @param bigEndian whether the first byte of the number is the most significant
 * @param max how many are allowed, which the bytes of the number have room for
 */
record ListCodec(Codec element, int width, boolean bigEndian, int max) implements Codec {

	@Override
	public Object read(Input in) {
		List<Object> values = isOpen() ? readToTheEnd(in) : readCounted(in);
		return Collections.unmodifiableList(values);
	}

	@Override
	public void write(Output out, Object list) {
		List<?> values = (List<?>) list;
		if (!isOpen()) {
			if (values.size() > this.max) {
				throw new BadField(out.offset(),
						"number of elements %d is above the maximum of %d".formatted(values.size(), this.max));
			}
			int at = out.take(this.width);
			Binary.put(out.bytes(), at, this.width, this.bigEndian, values.size());
		}
		int index = 0;
		for (@Nullable
		Object value : values) {
			try {
				this.element.writeNonNull(out, value);
			}
			catch (BadField ex) {
				throw ex.in(name(index));
			}
			index++;
		}
	}

	@Override
	public int minimumSize() {
		return this.width;
	}

	@Override
	public boolean isFixedSize() {
		return false;
	}

	@Override
	public boolean isOpen() {
		return this.width == 0;
	}

	private List<Object> readCounted(Input in) {
		int offset = in.offset();
		int count = in.takeCount(this.width, this.bigEndian, this.max, "number of elements");
		if (count > in.remaining() / this.element.minimumSize()) {
			throw new BadField(offset,
					"number of elements %d, and there %s".formatted(count, Quantity.areBytes(in.remaining())));
		}
		List<Object> values = new ArrayList<>(count);
		while (values.size() < count) {
			values.add(readElement(in, values.size()));
		}
		return values;
	}

	private List<Object> readToTheEnd(Input in) {
		List<Object> values = new ArrayList<>();
		while (in.remaining() > 0) {
			values.add(readElement(in, values.size()));
		}
		return values;
	}

	private Object readElement(Input in, int index) {
		try {
			return this.element.read(in);
		}
		catch (BadField ex) {
			throw ex.in(name(index));
		}
	}

	private static String name(int index) {
		return "[" + index + "]";
	}

}
