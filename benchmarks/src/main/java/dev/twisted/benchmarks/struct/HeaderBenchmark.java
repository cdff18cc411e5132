package dev.twisted.benchmarks.struct;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

import dev.twisted.struct.Layout;
import dev.twisted.struct.RecordFormat;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Read and write the header of a frame: three little-endian numbers, and the seventeen
 * bytes of the Firefly game servers. What a programmer would write by hand on a buffer is
 * the floor. A format that is no constant, as one that a bean holds, is measured too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HeaderBenchmark {

	private static final Struct STRUCT = Struct.of("<iii");

	private static final Struct FIREFLY_STRUCT = Struct.of("!sssss3I");

	private static final RecordFormat<Header> FORMAT = RecordFormat.of(Header.class);

	private static final RecordFormat<Firefly> FIREFLY_FORMAT = RecordFormat.of(Firefly.class);

	private final RecordFormat<Header> heldFormat = RecordFormat.of(Header.class);

	private final byte[] bytes = STRUCT.pack(1, 24, 101);

	private final byte[] fireflyBytes = FIREFLY_FORMAT
		.encode(new Firefly((byte) 78, (byte) 79, (byte) 84, (byte) 33, (byte) 1, 7, 28, 1001));

	private final byte[] room = new byte[12];

	private final Header header = new Header(1, 24, 101);

	@Benchmark
	public Header readByHand() {
		ByteBuffer buffer = ByteBuffer.wrap(this.bytes).order(ByteOrder.LITTLE_ENDIAN);
		return new Header(buffer.getInt(0), buffer.getInt(4), buffer.getInt(8));
	}

	@Benchmark
	public Header readRecord() {
		return FORMAT.decodeFrom(this.bytes, 0);
	}

	@Benchmark
	public Header readRecordByAFormatThatIsNoConstant() {
		return this.heldFormat.decodeFrom(this.bytes, 0);
	}

	@Benchmark
	public Header readStructAndMakeARecord() {
		Values values = STRUCT.unpackFrom(this.bytes, 0);
		return new Header(values.getInt(0), values.getInt(1), values.getInt(2));
	}

	@Benchmark
	public long readLengthOnly() {
		return STRUCT.unpackLong(1, this.bytes, 0);
	}

	@Benchmark
	public Firefly readFireflyRecord() {
		return FIREFLY_FORMAT.decodeFrom(this.fireflyBytes, 0);
	}

	@Benchmark
	public Values readFireflyStruct() {
		return FIREFLY_STRUCT.unpackFrom(this.fireflyBytes, 0);
	}

	@Benchmark
	public int writeRecord() {
		return FORMAT.encodeInto(this.header, this.room, 0);
	}

	@Benchmark
	public byte[] writeStruct() {
		return STRUCT.pack(this.header.version(), this.header.size(), this.header.command());
	}

	/**
	 * The header of the tutorial.
	 *
	 * @param version the version of the protocol
	 * @param size the size of the body in bytes
	 * @param command what to do
	 */
	@Layout("<iii")
	public record Header(int version, int size, int command) {
	}

	/**
	 * The header of a Firefly server.
	 *
	 * @param head0 the first magic byte
	 * @param head1 the second magic byte
	 * @param head2 the third magic byte
	 * @param head3 the fourth magic byte
	 * @param protocolVersion the version of the protocol
	 * @param serverVersion the version of the server
	 * @param length the size of the body and of the command in bytes
	 * @param command what to do
	 */
	@Layout("!sssss3I")
	public record Firefly(byte head0, byte head1, byte head2, byte head3, byte protocolVersion, int serverVersion,
			int length, int command) {
	}

}
