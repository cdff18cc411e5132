package dev.twisted.protocols;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Consumer;
import dev.twisted.internet.Producer;
import dev.twisted.internet.ReactorThreads;
import org.jspecify.annotations.Nullable;

/**
 * Sends a file to a consumer, such as a connection: 16 KiB at a time, each when the one
 * before it has gone, so that however large the file is and however slow the peer, no
 * more than that is held. Follows Twisted's {@code FileSender}.
 * <p>
 * Files are read on the reactor's thread pool, since a disk may keep one waiting and the
 * loop must not. Without a reactor they are read on the loop, as in Twisted: for what is
 * in memory anyway.
 * <p>
 * For one file at a time, and for the consumer's loop.
 */
public class FileSender implements Producer {

	/** How many bytes are read and sent at a time. */
	public static final int CHUNK_SIZE = 16 * 1024;

	private final @Nullable ReactorThreads reactor;

	private @Nullable Transfer transfer;

	/**
	 * Make a sender that reads on the loop.
	 */
	public FileSender() {
		this.reactor = null;
	}

	/**
	 * Make a sender that reads on the thread pool.
	 * @param reactor whose thread pool that is
	 */
	public FileSender(ReactorThreads reactor) {
		this.reactor = reactor;
	}

	/**
	 * Send a file.
	 * @param file the file, which the caller closes when it has been sent
	 * @param consumer takes it
	 * @return fires with the last byte that was sent, with {@code null} if the file is
	 * empty; fails with what the file's reading failed with, or with a
	 * {@link TransferStoppedException} if the consumer takes no more
	 * @throws IllegalStateException if a file is being sent already, or if the consumer
	 * has a producer
	 */
	public Deferred<@Nullable Byte> beginFileTransfer(InputStream file, Consumer consumer) {
		return beginFileTransfer(file, consumer, UnaryOperator.identity());
	}

	/**
	 * Send a file, changed on the way.
	 * @param file the file, which the caller closes when it has been sent
	 * @param consumer takes it
	 * @param transform changes each piece before it is sent
	 * @return fires with the last byte that was sent, with {@code null} if there was
	 * none; fails with what the file's reading or the change failed with, or with a
	 * {@link TransferStoppedException} if the consumer takes no more
	 * @throws IllegalStateException if a file is being sent already, or if the consumer
	 * has a producer
	 */
	public Deferred<@Nullable Byte> beginFileTransfer(InputStream file, Consumer consumer,
			UnaryOperator<byte[]> transform) {
		if (this.transfer != null) {
			throw new IllegalStateException("A file is being sent already");
		}
		Transfer begun = new Transfer(file, consumer, transform);
		this.transfer = begun;
		boolean registered = false;
		try {
			consumer.registerProducer(this, false);
			registered = true;
		}
		finally {
			if (!registered) {
				this.transfer = null;
			}
		}
		return begun.result;
	}

	/**
	 * Send the next piece. Called by the consumer.
	 */
	@Override
	public void resumeProducing() {
		Transfer going = this.transfer;
		if (going == null || going.reading) {
			return;
		}
		if (this.reactor != null) {
			readElsewhere(going, this.reactor);
			return;
		}
		try {
			while (this.transfer == going && !send(going, going.read())) {
				// The consumer asks again only after it was given something.
			}
		}
		catch (IOException ex) {
			end(going, new Failure(ex));
		}
	}

	private void readElsewhere(Transfer going, ReactorThreads reactor) {
		going.reading = true;
		reactor.<byte[]>deferToThread(going::read).<@Nullable Void>addCallbacks((piece) -> {
			going.reading = false;
			if (this.transfer == going && !send(going, piece)) {
				resumeProducing();
			}
			return null;
		}, (failure) -> {
			end(going, failure);
			return null;
		});
	}

	/**
	 * Send a piece.
	 * @return false if nothing was left of it
	 */
	private boolean send(Transfer going, byte[] piece) {
		if (piece.length == 0) {
			end(going, null);
			return true;
		}
		byte[] changed;
		try {
			changed = going.transform.apply(piece);
		}
		catch (RuntimeException ex) {
			end(going, new Failure(ex));
			return true;
		}
		if (changed.length == 0) {
			return false;
		}
		going.lastSent = changed[changed.length - 1];
		going.consumer.write(changed);
		return true;
	}

	private void end(Transfer going, @Nullable Failure failure) {
		if (this.transfer != going) {
			return;
		}
		this.transfer = null;
		going.consumer.unregisterProducer();
		if (failure != null) {
			going.result.errback(failure);
		}
		else {
			going.result.callback(going.lastSent);
		}
	}

	/**
	 * Send no more. Called by the consumer.
	 */
	@Override
	public void stopProducing() {
		Transfer going = this.transfer;
		this.transfer = null;
		if (going != null) {
			going.result.errback(new TransferStoppedException());
		}
	}

	/**
	 * One file on its way.
	 */
	private static final class Transfer {

		private final InputStream file;

		private final Consumer consumer;

		private final UnaryOperator<byte[]> transform;

		private final Deferred<@Nullable Byte> result = new Deferred<>();

		private @Nullable Byte lastSent;

		/** Whether the next piece is being read on another thread. */
		private boolean reading;

		private Transfer(InputStream file, Consumer consumer, UnaryOperator<byte[]> transform) {
			this.file = file;
			this.consumer = consumer;
			this.transform = transform;
		}

		private byte[] read() throws IOException {
			return this.file.readNBytes(CHUNK_SIZE);
		}

	}

}
