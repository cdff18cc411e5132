package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.spread.jelly.SecurityOptions;
import reactor.core.publisher.Mono;

/**
 * What a Python client is served.
 */
final class InteropRoot implements Root {

	private final Cell cell = new Cell();

	private final List<RemoteReference> kept = new ArrayList<>();

	static SecurityOptions security() {
		return new SecurityOptions().setUnjellyableForClass("shop.Point", Point.class);
	}

	Object remote_echo(Object value) {
		return value;
	}

	@Remote("sub")
	long subtract(long x, long y) {
		return x - y;
	}

	void remote_value_error() {
		throw new IllegalArgumentException("bad value");
	}

	void remote_polite() throws PBException {
		throw new PBException("polite");
	}

	void remote_out_of_stock() throws RemoteException {
		throw new RemoteException("shop.OutOfStock", "sorry");
	}

	Object remote_unsendable() {
		return List.of(new StringBuilder());
	}

	Deferred<Object> remote_callme(RemoteReference reference, Object value) {
		return reference.callRemote("poke", value);
	}

	void remote_keep(RemoteReference reference) {
		this.kept.add(reference.keep());
	}

	Deferred<List<Object>> remote_call_kept(Object value) {
		return Deferreds
			.gatherResults(this.kept.stream().map((reference) -> reference.<Object>callRemote("poke", value)).toList());
	}

	Referenceable remote_counter() {
		return new TranscriptRoot.Counter();
	}

	Cell remote_cell() {
		return this.cell;
	}

	boolean remote_is_cell(Object value) {
		return value == this.cell;
	}

	CompletableFuture<List<Object>> remote_set_cell(Object value) {
		return this.cell.set(value).toCompletableFuture();
	}

	void remote_page(RemoteReference collector, int size) {
		new StringPager(collector, new byte[size], StringPager.CHUNK_SIZE, null);
	}

	Mono<Integer> remote_later(int value) {
		return Mono.just(value);
	}

	/** A copy, in both directions. */
	record Point(Object x, Object y) {

	}

	/** Something that others observe. */
	static final class Cell implements Cacheable {

		private final List<RemoteCacheObserver> observers = new ArrayList<>();

		private Object value = 1;

		@Override
		public String getTypeToCopy() {
			return "shop.Cell";
		}

		@Override
		public Map<String, ?> getStateToCacheAndObserveFor(Avatar perspective, RemoteCacheObserver observer) {
			this.observers.add(observer);
			Map<String, Object> state = new LinkedHashMap<>();
			state.put("value", this.value);
			return state;
		}

		@Override
		public void stoppedObserving(Avatar perspective, RemoteCacheObserver observer) {
			this.observers.remove(observer);
		}

		Deferred<List<Object>> set(Object changed) {
			this.value = changed;
			return Deferreds.gatherResults(
					this.observers.stream().map((observer) -> observer.<Object>callRemote("set", changed)).toList());
		}

	}

}
