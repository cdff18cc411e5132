package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a {@link Pager} of the other side sends. Follows Twisted's class of this
 * name and {@code getAllPages}.
 */
public final class CallbackPageCollector implements Referenceable {

	private final List<@Nullable Object> pages = new ArrayList<>();

	private final Deferred<List<@Nullable Object>> all = new Deferred<>();

	private CallbackPageCollector() {
	}

	/**
	 * Call a method whose first parameter is a collector of pages.
	 * @param reference whose method
	 * @param name the method
	 * @param arguments what follows the collector
	 * @return fires with all pages, or with the reason why there are not all
	 */
	public static Deferred<List<@Nullable Object>> getAllPages(RemoteReference reference, String name,
			@Nullable Object... arguments) {
		CallbackPageCollector collector = new CallbackPageCollector();
		@Nullable Object[] all = new @Nullable Object[arguments.length + 1];
		all[0] = collector;
		System.arraycopy(arguments, 0, all, 1, arguments.length);
		reference.<@Nullable Object>callRemote(name, all).doOnErrback(collector::fail).addErrback((failure) -> null);
		reference.broker()
			.notifyOnDisconnect(collector,
					() -> collector.fail(new dev.twisted.defer.Failure(new PBConnectionLost(null))));
		collector.all.doOnBoth(() -> reference.broker().dontNotifyOnDisconnect(collector));
		return collector.all;
	}

	private void fail(dev.twisted.defer.Failure reason) {
		if (!this.all.called()) {
			this.all.errback(reason);
		}
	}

	void remote_gotPage(@Nullable Object page) {
		this.pages.add(page);
	}

	void remote_endedPaging() {
		if (!this.all.called()) {
			this.all.callback(this.pages);
		}
	}

}
