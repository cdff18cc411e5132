package dev.twisted.web.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Consumer;
import dev.twisted.internet.ReactorThreads;
import dev.twisted.protocols.FileSender;
import dev.twisted.protocols.TransferStoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a file as the body of a request, a piece at a time and as fast as the server
 * takes it. Follows Twisted's {@code FileBodyProducer}, but reads on the reactor's thread
 * pool. The file is closed in the end, whatever that is. For one request.
 */
public final class FileBodyProducer implements BodyProducer {

	private final ReactorThreads reactor;

	private final InputStream file;

	private final long length;

	private final FileSender sender;

	private boolean begun;

	/**
	 * Make the body.
	 * @param reactor reads the file on its thread pool
	 * @param file the file
	 * @throws IOException if it cannot be opened
	 */
	public FileBodyProducer(ReactorThreads reactor, Path file) throws IOException {
		this(reactor, Files.newInputStream(file), Files.size(file));
	}

	/**
	 * Make the body.
	 * @param reactor reads the stream on its thread pool
	 * @param file the stream
	 * @param length how long it is, or {@link #UNKNOWN_LENGTH}
	 */
	public FileBodyProducer(ReactorThreads reactor, InputStream file, long length) {
		this.reactor = reactor;
		this.file = file;
		this.length = length;
		this.sender = new FileSender(reactor);
	}

	@Override
	public long length() {
		return this.length;
	}

	@Override
	public Deferred<@Nullable Void> startProducing(Consumer consumer) {
		this.begun = true;
		return this.sender.beginFileTransfer(this.file, consumer)
			.doOnBoth(this::close)
			.<@Nullable Void>addCallbacks((last) -> null, (failure) -> {
				failure.trap(TransferStoppedException.class);
				return null;
			});
	}

	private void close() {
		// May wait for the disk, as reading may.
		this.reactor.callInThread(this.file::close);
	}

	@Override
	public void pauseProducing() {
		// Is asked for each piece.
	}

	@Override
	public void resumeProducing() {
		// Is asked for each piece.
	}

	@Override
	public void stopProducing() {
		if (this.begun) {
			this.sender.stopProducing();
		}
		else {
			close();
		}
	}

}
