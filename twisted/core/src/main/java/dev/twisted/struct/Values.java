package dev.twisted.struct;

import java.math.BigInteger;
import java.util.AbstractList;
import java.util.HexFormat;
import java.util.RandomAccess;
import java.util.stream.Collectors;

/**
 * What a {@link Struct} unpacked: an unmodifiable list that nobody else holds, with a
 * typed view on each value. Its class follows from the format alone, never from the
 * bytes; see {@link Struct}.
 */
public final class Values extends AbstractList<Object> implements RandomAccess {

	private final Object[] values;

	Values(Object[] values) {
		this.values = values;
	}

	@Override
	public Object get(int index) {
		return this.values[index];
	}

	@Override
	public int size() {
		return this.values.length;
	}

	/**
	 * An integer as {@code int}.
	 * @param index its place among the values, from 0
	 * @return the number
	 * @throws StructException if it is no integer, or has no room in 32 bits
	 * @throws IndexOutOfBoundsException if there is no such value
	 */
	public int getInt(int index) {
		long value = getLong(index);
		if (value != (int) value) {
			throw new StructException("value %d is %d, which has no room in an int".formatted(index, value));
		}
		return (int) value;
	}

	/**
	 * An integer as {@code long}.
	 * @param index its place among the values, from 0
	 * @return the number
	 * @throws StructException if it is no integer, or has no room in 64 bits
	 * @throws IndexOutOfBoundsException if there is no such value
	 */
	public long getLong(int index) {
		Object value = this.values[index];
		if (value instanceof Integer || value instanceof Long) {
			return ((Number) value).longValue();
		}
		BigInteger number = getBigInteger(index);
		if (number.bitLength() > 63) {
			throw new StructException("value %d is %s, which has no room in a long".formatted(index, number));
		}
		return number.longValue();
	}

	/**
	 * An integer of any size.
	 * @param index its place among the values, from 0
	 * @return the number
	 * @throws StructException if it is no integer
	 * @throws IndexOutOfBoundsException if there is no such value
	 */
	public BigInteger getBigInteger(int index) {
		Object value = this.values[index];
		if (value instanceof BigInteger number) {
			return number;
		}
		if (value instanceof Integer || value instanceof Long) {
			return BigInteger.valueOf(((Number) value).longValue());
		}
		throw wrongType(index, "integer");
	}

	/**
	 * A number as {@code double}. Integers above 2<sup>53</sup> are rounded.
	 * @param index its place among the values, from 0
	 * @return the number
	 * @throws StructException if it is no number
	 * @throws IndexOutOfBoundsException if there is no such value
	 */
	public double getDouble(int index) {
		if (this.values[index] instanceof Number number) {
			return number.doubleValue();
		}
		throw wrongType(index, "number");
	}

	/**
	 * A truth value.
	 * @param index its place among the values, from 0
	 * @return the value
	 * @throws StructException if it is none
	 * @throws IndexOutOfBoundsException if there is no such value
	 */
	public boolean getBoolean(int index) {
		if (this.values[index] instanceof Boolean value) {
			return value;
		}
		throw wrongType(index, "boolean");
	}

	/**
	 * The bytes of a {@code c}, {@code s} or {@code p}.
	 * @param index its place among the values, from 0
	 * @return the bytes themselves, not a copy
	 * @throws StructException if there are none
	 * @throws IndexOutOfBoundsException if there is no such value
	 */
	public byte[] getBytes(int index) {
		if (this.values[index] instanceof byte[] bytes) {
			return bytes;
		}
		throw wrongType(index, "byte[]");
	}

	/**
	 * The values for a reader, bytes in hexadecimal.
	 */
	@Override
	public String toString() {
		return stream().map(Values::describe).collect(Collectors.joining(", ", "(", ")"));
	}

	private StructException wrongType(int index, String expected) {
		return new StructException("value %d is no %s: %s".formatted(index, expected, describe(this.values[index])));
	}

	private static String describe(Object value) {
		return (value instanceof byte[] bytes) ? "0x" + HexFormat.of().formatHex(bytes) : value.toString();
	}

}
