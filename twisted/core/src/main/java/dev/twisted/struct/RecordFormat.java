package dev.twisted.struct;

import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Converts between records and bytes, as the components of the record say. It is composed
 * once, from then on there is no reflection, and it may be used from any thread: a format
 * belongs in a constant. <pre class="code">
 * &#064;LittleEndian
 * record Login(&#064;Unsigned(2) int version, &#064;LengthPrefixed(2) String user, &#064;Counted(1) List&lt;Item&gt; items) {
 *
 * 	static final RecordFormat&lt;Login&gt; FORMAT = RecordFormat.of(Login.class);
 *
 * }
 * </pre> The components stand one behind the other. They may be
 * <ul>
 * <li>{@code byte}, {@code short}, {@code int}, {@code long}, their boxes and
 * {@link java.math.BigInteger}: with the bytes that {@link Signed} or {@link Unsigned}
 * says, else with those that the type has in Java,</li>
 * <li>{@code float}, {@code double} and {@code boolean} (one byte; zero is false) and
 * their boxes,</li>
 * <li>{@code byte[]} and {@code String}, with {@link Fixed}, {@link LengthPrefixed} or
 * {@link Rest}; the charset is that of {@link Encoding},</li>
 * <li>{@code List}, with {@link Counted}, {@link LengthPrefixed} or {@link Rest}, of
 * anything else in this list, annotated where it stands:
 * {@code List<@Unsigned(2) Integer>},</li>
 * <li>other records, on their own or with {@link LengthPrefixed}, but not the record
 * itself.</li>
 * </ul>
 * {@link LittleEndian} and {@link BigEndian} stand for a component or a whole record,
 * {@link Padding} before or behind a component. A {@link Layout} on the record describes
 * all of it by a format of {@link Struct} instead.
 * <p>
 * What cannot be decoded or encoded, a null among it, is a {@link FieldException} that
 * names the field and its offset. So is an exception thrown by the record's own
 * constructor, where checks that no annotation expresses are at home: a magic number, a
 * version. No length and no count is trusted: each has a maximum, and is compared with
 * the bytes that are there before memory is asked for.
 *
 * @param <T> the record
 */
public final class RecordFormat<T extends Record> {

	/** Room for most records, so that few of those without a fixed size have to grow. */
	private static final int FIRST_ROOM = 64;

	private final Class<T> type;

	private final RecordCodec codec;

	private RecordFormat(Class<T> type, RecordCodec codec) {
		this.type = type;
		this.codec = codec;
	}

	/**
	 * Compose the format of a record, whatever its access, as long as it is in the same
	 * module as this class, which everything on the class path is, or in a package open
	 * to it.
	 * @param type the record
	 * @param <T> the record
	 * @return its format
	 * @throws IllegalArgumentException if the record cannot have one or cannot be
	 * accessed; the message names the component
	 */
	public static <T extends Record> RecordFormat<T> of(Class<T> type) {
		return of(type, MethodHandles.lookup());
	}

	/**
	 * Compose the format of a record of another module.
	 * @param type the record
	 * @param lookup the {@code MethodHandles.lookup()} of a class that may access the
	 * record and the records inside it
	 * @param <T> the record
	 * @return its format
	 * @throws IllegalArgumentException if the record cannot have one or cannot be
	 * accessed; the message names the component
	 */
	public static <T extends Record> RecordFormat<T> of(Class<T> type, MethodHandles.Lookup lookup) {
		Objects.requireNonNull(type, "The type must not be null");
		Objects.requireNonNull(lookup, "The lookup must not be null");
		try {
			return new RecordFormat<>(type, new RecordCompiler(lookup).compile(type, Surroundings.DEFAULT));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("%s: %s".formatted(type.getSimpleName(), ex.getMessage()), ex);
		}
	}

	/**
	 * What records these are.
	 * @return the type
	 */
	public Class<T> type() {
		return this.type;
	}

	/**
	 * How many bytes a record takes, if that does not depend on what is in it.
	 * @return the size in bytes; empty if there are lists, or strings or bytes without a
	 * fixed length
	 */
	public OptionalInt size() {
		return this.codec.isFixedSize() ? OptionalInt.of(this.codec.minimumSize()) : OptionalInt.empty();
	}

	/**
	 * Make a record of bytes, of all of them.
	 * @param bytes the bytes
	 * @return the record
	 * @throws MalformedRecordException if they hold no such record, or more than that
	 */
	public T decode(byte[] bytes) {
		Input in = new Input(bytes, 0, bytes.length);
		T result = read(in);
		try {
			in.requireEnd();
		}
		catch (BadField ex) {
			throw ex.in(this.type.getSimpleName()).toMalformed();
		}
		return result;
	}

	/**
	 * Make a record of some of the bytes, whatever follows.
	 * @param bytes the bytes
	 * @param offset where the record starts, which is what a {@link FieldException}
	 * counts from
	 * @return the record
	 * @throws MalformedRecordException if they hold no such record
	 * @throws IndexOutOfBoundsException if the offset is not inside the array
	 */
	public T decodeFrom(byte[] bytes, int offset) {
		Objects.checkFromToIndex(offset, bytes.length, bytes.length);
		return read(new Input(bytes, offset, bytes.length));
	}

	/**
	 * Make a record of the next bytes of a buffer, whose position moves behind them.
	 * @param buffer the bytes; one that is not on the heap is copied first, up to its
	 * limit if the record has no fixed size
	 * @return the record
	 * @throws MalformedRecordException if they hold no such record; then the position has
	 * not moved
	 */
	public T decodeFrom(ByteBuffer buffer) {
		Input in = input(buffer);
		T result = read(in);
		buffer.position(buffer.position() + in.offset());
		return result;
	}

	/**
	 * Make bytes of a record.
	 * @param value the record
	 * @return the bytes
	 * @throws FieldException if something in it has no place in them
	 */
	public byte[] encode(T value) {
		int room = this.codec.minimumSize();
		Output out = new Output(new byte[this.codec.isFixedSize() ? room : Math.max(room, FIRST_ROOM)], 0);
		write(out, value);
		return out.toByteArray();
	}

	/**
	 * Put a record into bytes that are there already.
	 * @param value the record
	 * @param bytes take it
	 * @param offset where it is to start
	 * @return how many bytes it took
	 * @throws FieldException if something in it has no place in its bytes; those of a
	 * record of fixed size may have been overwritten in part
	 * @throws IndexOutOfBoundsException if it has no room; then nothing has been written
	 */
	public int encodeInto(T value, byte[] bytes, int offset) {
		if (this.codec.isFixedSize()) {
			Objects.checkFromIndexSize(offset, this.codec.minimumSize(), bytes.length);
			Output out = new Output(bytes, offset);
			write(out, value);
			return out.offset();
		}
		byte[] encoded = encode(value);
		Objects.checkFromIndexSize(offset, encoded.length, bytes.length);
		System.arraycopy(encoded, 0, bytes, offset, encoded.length);
		return encoded.length;
	}

	/**
	 * Put a record into a buffer, at its position, which moves behind it.
	 * @param value the record
	 * @param buffer takes it
	 * @throws FieldException if something in it has no place in its bytes; then nothing
	 * has been written
	 * @throws java.nio.BufferOverflowException if it has no room; then nothing has been
	 * written
	 */
	public void encodeInto(T value, ByteBuffer buffer) {
		buffer.put(encode(value));
	}

	@Override
	public String toString() {
		return "RecordFormat(%s)".formatted(this.type.getSimpleName());
	}

	private Input input(ByteBuffer buffer) {
		if (buffer.hasArray()) {
			int start = buffer.arrayOffset() + buffer.position();
			return new Input(buffer.array(), start, start + buffer.remaining());
		}
		int length = buffer.remaining();
		if (this.codec.isFixedSize()) {
			length = Math.min(length, this.codec.minimumSize());
		}
		byte[] bytes = new byte[length];
		buffer.get(buffer.position(), bytes);
		return new Input(bytes, 0, length);
	}

	@SuppressWarnings("unchecked")
	private T read(Input in) {
		try {
			return (T) this.codec.read(in);
		}
		catch (BadField ex) {
			throw ex.in(this.type.getSimpleName()).toMalformed();
		}
	}

	private void write(Output out, T value) {
		Objects.requireNonNull(value, "The record must not be null");
		try {
			this.codec.write(out, value);
		}
		catch (BadField ex) {
			throw ex.in(this.type.getSimpleName()).toException();
		}
	}

}
