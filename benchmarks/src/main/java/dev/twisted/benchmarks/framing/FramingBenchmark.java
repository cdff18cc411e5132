package dev.twisted.benchmarks.framing;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import dev.twisted.internet.Protocol;
import dev.twisted.protocols.FrameHeader;
import dev.twisted.protocols.FrameReceiver;
import dev.twisted.protocols.Int32StringReceiver;
import dev.twisted.protocols.LineReceiver;
import dev.twisted.protocols.StructFrameReceiver;
import dev.twisted.struct.LittleEndian;
import dev.twisted.struct.RecordFormat;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LineBasedFrameDecoder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Frames of 64 bytes in reads of 4 KiB, which mostly end in the middle of a frame. An
 * operation is one frame; each read is a buffer of its own, as that of a connection is.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FramingBenchmark {

	private static final int FRAMES = 1024;

	private static final int FRAME_SIZE = 64;

	private static final int READ_SIZE = 4096;

	private byte[] lineStream = {};

	private byte[] stringStream = {};

	private byte[] headerStream = {};

	private Protocol lineArrays = new Protocol() {
	};

	private Protocol lineBuffers = new Protocol() {
	};

	private Protocol lineTexts = new Protocol() {
	};

	private Protocol stringArrays = new Protocol() {
	};

	private Protocol stringBuffers = new Protocol() {
	};

	private Protocol headerArrays = new Protocol() {
	};

	private Protocol headerRecords = new Protocol() {
	};

	private final EmbeddedChannel nettyHeaders = new EmbeddedChannel();

	private final EmbeddedChannel nettyLines = new EmbeddedChannel();

	private final EmbeddedChannel nettyStrings = new EmbeddedChannel();

	/**
	 * Make the streams and those who read them.
	 * @param blackhole takes the frames
	 * @throws Exception never
	 */
	@Setup(Level.Trial)
	public void setUp(Blackhole blackhole) throws Exception {
		ByteBuf lines = ByteBufAllocator.DEFAULT.buffer();
		ByteBuf strings = ByteBufAllocator.DEFAULT.buffer();
		ByteBuf headers = ByteBufAllocator.DEFAULT.buffer();
		byte[] frame = "x".repeat(FRAME_SIZE).getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < FRAMES; i++) {
			lines.writeBytes(frame).writeByte('\r').writeByte('\n');
			strings.writeInt(frame.length).writeBytes(frame);
			headers.writeIntLE(1).writeIntLE(frame.length).writeIntLE(1001).writeBytes(frame);
		}
		this.lineStream = bytes(lines);
		this.stringStream = bytes(strings);
		this.headerStream = bytes(headers);
		this.lineArrays = connect(new LineReceiver() {

			@Override
			protected void lineReceived(byte[] line) {
				blackhole.consume(line);
			}

		});
		this.lineBuffers = connect(new LineReceiver() {

			@Override
			protected void lineReceived(ByteBuf line) {
				blackhole.consume(line);
			}

		});
		this.lineTexts = connect(new LineReceiver() {

			@Override
			protected void lineReceived(String line) {
				blackhole.consume(line);
			}

		});
		this.stringArrays = connect(new Int32StringReceiver() {

			@Override
			protected void stringReceived(byte[] string) {
				blackhole.consume(string);
			}

		});
		this.stringBuffers = connect(new Int32StringReceiver() {

			@Override
			protected void stringReceived(ByteBuf string) {
				blackhole.consume(string);
			}

		});
		this.headerArrays = connect(new StructFrameReceiver(Struct.of("<iii"), 1) {

			@Override
			protected void frameReceived(Values header, byte[] body) {
				blackhole.consume(header);
				blackhole.consume(body);
			}

		});
		FrameHeader<Header> header = FrameHeader.of(RecordFormat.of(Header.class), Header::length);
		this.headerRecords = connect(new FrameReceiver<>(header) {

			@Override
			protected void frameReceived(Header header, byte[] body) {
				blackhole.consume(header);
				blackhole.consume(body);
			}

		});
		this.nettyHeaders.pipeline()
			.addLast(new LengthFieldBasedFrameDecoder(ByteOrder.LITTLE_ENDIAN, 99999, 4, 4, 4, 0, true),
					new Consumer(blackhole));
		this.nettyLines.pipeline().addLast(new LineBasedFrameDecoder(16384), new Consumer(blackhole));
		this.nettyStrings.pipeline()
			.addLast(new LengthFieldBasedFrameDecoder(99999, 0, 4, 0, 4), new Consumer(blackhole));
	}

	private static byte[] bytes(ByteBuf buffer) {
		byte[] bytes = new byte[buffer.readableBytes()];
		buffer.readBytes(bytes).release();
		return bytes;
	}

	private static Protocol connect(Protocol protocol) throws Exception {
		protocol.makeConnection(new NoTransport());
		return protocol;
	}

	/**
	 * Close Netty's channels.
	 */
	@TearDown(Level.Trial)
	public void tearDown() {
		this.nettyHeaders.finishAndReleaseAll();
		this.nettyLines.finishAndReleaseAll();
		this.nettyStrings.finishAndReleaseAll();
	}

	/**
	 * Lines as arrays.
	 * @throws Exception never
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void linesAsArrays() throws Exception {
		read(this.lineStream, this.lineArrays);
	}

	/**
	 * Lines as buffers.
	 * @throws Exception never
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void linesAsBuffers() throws Exception {
		read(this.lineStream, this.lineBuffers);
	}

	/**
	 * Lines as text.
	 * @throws Exception never
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void linesAsText() throws Exception {
		read(this.lineStream, this.lineTexts);
	}

	/**
	 * Strings with four bytes of length as arrays.
	 * @throws Exception never
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void int32AsArrays() throws Exception {
		read(this.stringStream, this.stringArrays);
	}

	/**
	 * Strings with four bytes of length as buffers.
	 * @throws Exception never
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void int32AsBuffers() throws Exception {
		read(this.stringStream, this.stringBuffers);
	}

	/**
	 * Lines of Netty, as buffers.
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void linesOfNetty() {
		read(this.lineStream, this.nettyLines);
	}

	/**
	 * Strings with four bytes of length of Netty, as buffers.
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void int32OfNetty() {
		read(this.stringStream, this.nettyStrings);
	}

	/**
	 * Frames with a header of three numbers, as values and arrays.
	 * @throws Exception never
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void headersAsValues() throws Exception {
		read(this.headerStream, this.headerArrays);
	}

	/**
	 * Frames with a header of three numbers, as records and arrays.
	 * @throws Exception never
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void headersAsRecords() throws Exception {
		read(this.headerStream, this.headerRecords);
	}

	/**
	 * Frames with a header of three numbers of Netty, as buffers with the header in them.
	 */
	@Benchmark
	@OperationsPerInvocation(FRAMES)
	public void headersOfNetty() {
		read(this.headerStream, this.nettyHeaders);
	}

	private static void read(byte[] stream, Protocol protocol) throws Exception {
		for (int from = 0; from < stream.length; from += READ_SIZE) {
			ByteBuf data = buffer(stream, from);
			protocol.deliverData(data);
			data.release();
		}
	}

	private static void read(byte[] stream, EmbeddedChannel channel) {
		for (int from = 0; from < stream.length; from += READ_SIZE) {
			channel.pipeline().fireChannelRead(buffer(stream, from));
		}
	}

	private static ByteBuf buffer(byte[] stream, int from) {
		int length = Math.min(READ_SIZE, stream.length - from);
		return ByteBufAllocator.DEFAULT.directBuffer(READ_SIZE).writeBytes(stream, from, length);
	}

	/**
	 * A header of three numbers.
	 */
	@LittleEndian
	record Header(int version, int length, int command) {

	}

	/**
	 * Takes the frames of Netty.
	 */
	private static final class Consumer extends ChannelInboundHandlerAdapter {

		private final Blackhole blackhole;

		private Consumer(Blackhole blackhole) {
			this.blackhole = blackhole;
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			this.blackhole.consume(message);
			((ByteBuf) message).release();
		}

	}

}
