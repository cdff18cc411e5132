package dev.twisted.protocols;

import dev.twisted.defer.Anyback;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Framed;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import dev.twisted.internet.Transport;
import dev.twisted.struct.MalformedRecordException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all protocols have in common that cut the stream into frames. Whatever pieces the
 * network brings, each frame is delivered once and whole, in order.
 * <p>
 * Frames are taken out of the buffer that was read. Only the beginning of a frame whose
 * end has not come yet is kept, in a buffer that grows with what has been received, never
 * with what was announced.
 * <p>
 * <strong>One at a time.</strong> A handler whose answer is not there yet gives its
 * Deferred to {@link #waitFor}: the next frame is delivered when it has fired, and
 * nothing is read from the peer meanwhile. So answers leave in the order of the
 * questions, and no peer can make us hold more than what one read had brought. A peer
 * that closes its side after its last question still gets all its answers; the connection
 * is closed after the last.
 * <p>
 * <strong>Pausing.</strong> {@link #pauseProducing} in the middle of a read stops
 * delivery at once, {@link #resumeProducing} delivers what is left before anything more
 * is read. When a handler closes the connection, frames after it are not delivered.
 * <p>
 * <strong>Bad input.</strong> A {@link FramingException}, whether from here or thrown by
 * a handler, closes the connection and is its reason. It is logged with level DEBUG: who
 * sends rubbish is not to fill the log.
 * <p>
 * All methods are for the connection's loop unless they say otherwise.
 */
public abstract class FramedProtocol extends Protocol implements Framed, PushProducer {

	private static final Logger logger = LoggerFactory.getLogger(FramedProtocol.class);

	private static final Runnable NOBODY = () -> {
	};

	private int maxLength;

	private long framesReceived;

	/** Told of frames that are too long. */
	private Runnable tooLongListener = NOBODY;

	/** Where frames are logged besides, if anywhere. */
	private @Nullable FrameLog traffic;

	/** The loop that delivers; {@code null} before the first data. */
	private @Nullable Thread thread;

	/** What was received and not delivered: of one frame, or of all after a pause. */
	private @Nullable ByteBuf kept;

	/** What is being received just now. */
	private ByteBuf current = Unpooled.EMPTY_BUFFER;

	/** How much of the end of {@link #kept} came from {@link #current}. */
	private int lent;

	/** How many bytes are still to be dropped. */
	private long dropping;

	/** How many Deferreds are waited for. */
	private int waiting;

	private boolean paused;

	/** Whether the transport was told to pause. */
	private boolean transportPaused;

	private boolean delivering;

	FramedProtocol(int maxLength) {
		this.maxLength = maxLength;
	}

	/**
	 * How long a frame may be that is received. What counts is the frame itself, without
	 * what marks its beginning or its end.
	 * @return the limit in bytes
	 */
	public final int maxLength() {
		return this.maxLength;
	}

	/**
	 * Say how long a frame may be that is received; holds from the next frame on.
	 * @param maxLength the limit in bytes
	 * @throws IllegalArgumentException if it is negative
	 */
	public final void setMaxLength(int maxLength) {
		if (maxLength < 0) {
			throw new IllegalArgumentException("The longest frame cannot have %d bytes".formatted(maxLength));
		}
		this.maxLength = maxLength;
	}

	@Override
	public final boolean limitFrames(int maxLength) {
		setMaxLength(maxLength);
		return true;
	}

	@Override
	public final void onFrameTooLong(Runnable listener) {
		this.tooLongListener = listener;
	}

	/** To be called for each frame that is too long, before its handler is. */
	final void tooLong() {
		this.tooLongListener.run();
	}

	@Override
	public final boolean insideFrame() {
		return (this.kept != null || this.dropping > 0 || begun()) && !held();
	}

	@Override
	public final long framesReceived() {
		return this.framesReceived;
	}

	@Override
	public final void logFrames(Logger logger, int limit) {
		this.traffic = new FrameLog(logger, limit);
	}

	// Receiving

	/**
	 * Take one frame, or the head of one, from the input and deliver it. The input must
	 * be read up to its end before a handler is called, which may change what comes next.
	 * @param input where it begins
	 * @return false if it has not come to its end, with the input unread
	 * @throws Exception what the handler threw
	 */
	abstract boolean next(ByteBuf input) throws Exception;

	/**
	 * How many bytes may be lacking for the frame that {@link #next} has found
	 * unfinished. As good an estimate as there is; at least one.
	 * @param input the beginning of the frame
	 */
	abstract int missing(ByteBuf input);

	/** Whether a frame has begun of which all that came has been read. */
	boolean begun() {
		return false;
	}

	/** Have bytes dropped as they come, instead of kept. */
	final void drop(long bytes) {
		this.dropping = bytes;
	}

	/** What was not delivered has been thrown away. */
	void inputCleared() {
	}

	@Override
	protected void dataReceived(byte[] data) throws Exception {
		dataReceived(Unpooled.wrappedBuffer(data));
	}

	@Override
	protected void dataReceived(ByteBuf data) throws Exception {
		if (this.delivering) {
			keepCurrent();
			keep(data, data.readableBytes());
			return;
		}
		this.thread = Thread.currentThread();
		deliver(data);
	}

	/** Deliver what is there, as far as that is wanted. */
	private void deliver(ByteBuf data) throws Exception {
		this.delivering = true;
		this.current = data;
		this.lent = 0;
		try {
			Transport transport = transport();
			while (!held() && !transport.disconnecting()) {
				ByteBuf begun = this.kept;
				if ((begun != null) ? !nextKept(begun) : !((data.isReadable() || begun()) && nextOrDrop(data))) {
					break;
				}
			}
			if (transport.disconnecting()) {
				clear();
			}
			keepCurrent();
		}
		catch (FramingException | MalformedRecordException ex) {
			clear();
			logger.debug("{} is closed: {}", transport(), ex.getMessage());
			transport().failConnection(new Failure(ex));
		}
		finally {
			this.current = Unpooled.EMPTY_BUFFER;
			this.delivering = false;
			settle();
		}
	}

	/**
	 * Deliver a frame that has begun in an earlier read. Only as much is copied to its
	 * beginning as it lacks; the rest is read where it is.
	 * @return false if there is nothing more to be done
	 */
	private boolean nextKept(ByteBuf begun) throws Exception {
		if (nextOrDrop(begun)) {
			takeBack();
			return true;
		}
		int left = this.current.readableBytes();
		if (left == 0) {
			return false;
		}
		int moved = Math.min(left, missing(begun));
		int before = this.lent;
		keep(this.current, moved);
		this.lent = before + moved;
		return true;
	}

	private boolean nextOrDrop(ByteBuf input) throws Exception {
		if (this.dropping == 0) {
			return next(input);
		}
		int dropped = (int) Math.min(this.dropping, input.readableBytes());
		input.skipBytes(dropped);
		this.dropping -= dropped;
		return dropped > 0;
	}

	/** After a frame: what was lent and not needed is read from where it came. */
	private void takeBack() {
		ByteBuf begun = this.kept;
		if (begun == null) {
			this.lent = 0;
			return;
		}
		int surplus = begun.readableBytes();
		if (surplus <= this.lent) {
			this.current.readerIndex(this.current.readerIndex() - surplus);
			this.kept = null;
			this.lent = 0;
		}
	}

	private void keepCurrent() {
		int left = this.current.readableBytes();
		if (left > 0) {
			keep(this.current, left);
		}
	}

	/** Put bytes behind those that are kept, in a buffer of the garbage collector's. */
	private void keep(ByteBuf data, int length) {
		ByteBuf begun = this.kept;
		if (begun == null) {
			begun = Unpooled.buffer(length);
			this.kept = begun;
		}
		else if (begun.readerIndex() > 0) {
			// Frames before this one may still be used by someone: leave them alone.
			ByteBuf fresh = Unpooled.buffer(begun.readableBytes() + length);
			fresh.writeBytes(begun);
			begun = fresh;
			this.kept = begun;
		}
		begun.writeBytes(data, length);
		this.lent = 0;
	}

	/** Take what has been received and was not delivered. */
	final byte[] takeInput() {
		keepCurrent();
		ByteBuf taken = this.kept;
		byte[] bytes = (taken != null) ? ByteBufUtil.getBytes(taken) : new byte[0];
		clear();
		return bytes;
	}

	@Override
	protected void tlsStarting() {
		super.tlsStarting();
		this.dropping = 0;
		clear();
	}

	private void clear() {
		this.kept = null;
		this.lent = 0;
		this.current.skipBytes(this.current.readableBytes());
		inputCleared();
	}

	// Pausing

	private boolean held() {
		return this.paused || this.waiting > 0;
	}

	/** Have the transport read, or not, as is wanted now. */
	private void settle() {
		if (this.delivering || held() == this.transportPaused) {
			return;
		}
		this.transportPaused = !this.transportPaused;
		if (this.transportPaused) {
			transport().pauseProducing();
		}
		else {
			transport().resumeProducing();
		}
	}

	/** Deliver what was held up, and only then read on. */
	private void goOn() throws Exception {
		if (!this.delivering && !held()) {
			deliver(Unpooled.EMPTY_BUFFER);
		}
	}

	/**
	 * Deliver no more frames, not even those that have been received, and read no more.
	 * May be called from any thread.
	 */
	@Override
	public void pauseProducing() {
		if (elsewhere()) {
			transport().callFromThread(this::pauseProducing);
			return;
		}
		this.paused = true;
		settle();
	}

	/**
	 * Go on: first with what has been received. May be called from any thread.
	 */
	@Override
	public void resumeProducing() {
		if (elsewhere()) {
			transport().callFromThread(this::resumeProducing);
			return;
		}
		if (!this.paused) {
			return;
		}
		this.paused = false;
		try {
			goOn();
		}
		catch (Exception ex) {
			// For the one place where handlers' exceptions are dealt with.
			transport().callFromThread(() -> {
				throw ex;
			});
		}
	}

	/**
	 * Deliver no more, and close the connection. May be called from any thread.
	 */
	@Override
	public void stopProducing() {
		if (elsewhere()) {
			transport().callFromThread(this::stopProducing);
			return;
		}
		this.paused = true;
		transport().stopProducing();
	}

	/** Whether this is not the loop's thread. */
	private boolean elsewhere() {
		return this.thread != null && this.thread != Thread.currentThread();
	}

	/** Whether this is known to be the loop's thread: two writes stay together. */
	final boolean here() {
		return this.thread == Thread.currentThread();
	}

	/**
	 * Deliver the next frame only when something is done. Called by a handler that
	 * answers later; if it waits for several, all of them must be done. If one fails, the
	 * failure is logged and closes the connection: handle those that the peer should hear
	 * of.
	 * @param done fires when the frame has been dealt with, on whatever thread; its
	 * result is used up
	 */
	protected final void waitFor(Deferred<?> done) {
		Wait wait = new Wait();
		this.waiting++;
		done.addBoth(wait);
		wait.registered = true;
		settle();
	}

	private void waitedFor(@Nullable Failure failure) throws Exception {
		if (failure != null) {
			failure.raiseException();
		}
		this.waiting--;
		goOn();
	}

	// What is shown

	/**
	 * What logs and recorders may show of a frame that was received. Override it to hide
	 * secrets. At most the beginning of a frame is shown: 256 bytes, or what
	 * {@link #logFrames} says.
	 * @param text the frame: printable ASCII as it is, anything else as {@code \xNN}
	 * @return what to show; the same unless overridden
	 */
	public String redactReceived(String text) {
		return text;
	}

	/**
	 * What logs and recorders may show of a frame that is sent. Override it to hide
	 * secrets. At most the beginning of a frame is shown: 256 bytes, or what
	 * {@link #logFrames} says.
	 * @param text the frame: printable ASCII as it is, anything else as {@code \xNN}
	 * @return what to show; the same unless overridden
	 */
	public String redactSent(String text) {
		return text;
	}

	/** Log a frame that is about to be delivered, where that is asked for. */
	final void received(ByteBuf input, int start, int length) {
		this.framesReceived++;
		if (logger.isTraceEnabled()) {
			logger.trace("{}: received {}", transport(), redactReceived(FrameLog.show(input, start, length)));
		}
		if (this.traffic != null) {
			this.traffic.received(this, input, start, length);
		}
	}

	/** Log a frame that is about to be sent, where that is asked for. */
	final void sent(byte[] frame) {
		if (logger.isTraceEnabled() || this.traffic != null) {
			sent(Unpooled.wrappedBuffer(frame));
		}
	}

	/** Log a frame that is about to be sent, where that is asked for. */
	final void sent(ByteBuf frame) {
		if (logger.isTraceEnabled()) {
			logger.trace("{}: sent {}", transport(),
					redactSent(FrameLog.show(frame, frame.readerIndex(), frame.readableBytes())));
		}
		if (this.traffic != null) {
			this.traffic.sent(this, frame);
		}
	}

	/**
	 * One Deferred that is waited for. One that has fired already, or fires while it is
	 * given to us, holds nothing up; any other goes on on the loop, in a turn of its own.
	 */
	private final class Wait implements Anyback<@Nullable Object, @Nullable Void> {

		private final Thread registrar = Thread.currentThread();

		private boolean registered;

		@Override
		public @Nullable Void call(@Nullable Object result, @Nullable Failure failure) {
			if (failure == null && Thread.currentThread() == this.registrar && !this.registered) {
				FramedProtocol.this.waiting--;
			}
			else {
				transport().callFromThread(() -> waitedFor(failure));
			}
			return null;
		}

	}

}
