package dev.twisted.protocols;

import java.util.Arrays;

import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FrameReceiver} whose header is described by a format of {@link Struct}, as in
 * Python.
 *
 * <pre class="code">
 * class Private extends StructFrameReceiver {
 *
 *     Private() {
 *         super(Struct.of("&lt;iii"), 1);
 *     }
 *
 *     &#64;Override
 *     protected void frameReceived(Values header, String body) {
 *         int command = header.getInt(2);
 *         sendFrame(answer, 1, answer.length, 1001);
 *     }
 *
 * }
 * </pre>
 */
public abstract class StructFrameReceiver extends FrameReceiver<Values> {

	private final Struct struct;

	private final int lengthIndex;

	private final int adjustment;

	/**
	 * Make a receiver whose headers say exactly how long the body is.
	 * @param header what the headers are like
	 * @param lengthIndex which of its values is the length of the body, from 0
	 * @throws IllegalArgumentException if that value is no integer
	 */
	protected StructFrameReceiver(Struct header, int lengthIndex) {
		this(header, lengthIndex, 0);
	}

	/**
	 * Make a receiver.
	 * @param header what the headers are like
	 * @param lengthIndex which of its values is the length of the body, from 0
	 * @param adjustment how many bytes the body is longer than that; negative if it is
	 * shorter, because the length includes something else
	 * @throws IllegalArgumentException if that value is no integer
	 */
	protected StructFrameReceiver(Struct header, int lengthIndex, int adjustment) {
		super(FrameHeader.of(header, lengthIndex).withAdjustment(adjustment));
		this.struct = header;
		this.lengthIndex = lengthIndex;
		this.adjustment = adjustment;
	}

	/**
	 * Send a frame. May be called from any thread.
	 * @param body the body; must not be changed afterwards
	 * @param header the values of the header; whatever stands where the length belongs,
	 * the right one is sent
	 * @throws IllegalArgumentException if the header cannot be written; nothing is sent
	 * then
	 */
	public void sendFrame(byte[] body, @Nullable Object... header) {
		@Nullable Object[] values = Arrays.copyOf(header, header.length);
		if (this.lengthIndex < values.length) {
			values[this.lengthIndex] = (long) body.length - this.adjustment;
		}
		send(this.struct.pack(values), body);
	}

	/**
	 * Send a frame of text. May be called from any thread.
	 * @param body the body
	 * @param header the values of the header; whatever stands where the length belongs,
	 * the right one is sent
	 * @throws IllegalArgumentException if the header cannot be written, or if the body
	 * has characters that the {@link #charset()} lacks; nothing is sent then
	 */
	public void sendFrame(String body, @Nullable Object... header) {
		sendFrame(Text.encode(body, charset()), header);
	}

}
