package dev.twisted.spread.pb;

import java.util.Arrays;

import dev.twisted.defer.Action;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes in pieces. Follows Twisted's class of this name.
 */
public final class StringPager extends Pager {

	/** How long a piece is unless that is said. */
	public static final int CHUNK_SIZE = 8192;

	private final byte[] data;

	private final int chunkSize;

	private int position;

	/**
	 * Begin to send.
	 * @param collector who gets the pieces
	 * @param data the bytes, which must not be changed afterwards
	 * @param chunkSize how long a piece is
	 * @param callback what to do after the last, {@code null} for nothing
	 */
	public StringPager(RemoteReference collector, byte[] data, int chunkSize, @Nullable Action callback) {
		super(collector, callback);
		if (chunkSize < 1) {
			throw new IllegalArgumentException("A piece cannot have %d bytes".formatted(chunkSize));
		}
		this.data = data;
		this.chunkSize = chunkSize;
		startPaging();
	}

	@Override
	protected Object nextPage() {
		int end = Math.min(this.data.length, this.position + this.chunkSize);
		byte[] page = Arrays.copyOfRange(this.data, this.position, end);
		this.position = end;
		if (end == this.data.length) {
			stopPaging();
		}
		return page;
	}

}
