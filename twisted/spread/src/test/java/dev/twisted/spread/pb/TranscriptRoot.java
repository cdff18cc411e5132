package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

import dev.twisted.defer.Deferred;

/**
 * What the server of the recorded session offers, written again.
 */
class TranscriptRoot implements Root {

	final Counter counter = new Counter();

	final Cell cell = new Cell();

	final Copyable point = new Point();

	Object remote_echo(Object value) {
		return value;
	}

	List<Object> remote_kw(Object a, Object b, Object c) {
		return Arrays.asList(a, b, new ArrayList<>(), new LinkedHashMap<>(Map.of("c", c)));
	}

	List<Object> remote_same() {
		List<Object> one = new ArrayList<>(List.of(1));
		return List.of(one, one);
	}

	List<Object> remote_cyc() {
		List<Object> cyclic = new ArrayList<>();
		cyclic.add(cyclic);
		return cyclic;
	}

	Deferred<Integer> remote_deferred_ok() {
		return Deferred.succeed(7);
	}

	void remote_value_error() {
		throw new IllegalArgumentException("bad value");
	}

	void remote_polite() throws PBException {
		throw new PBException("polite");
	}

	Deferred<Object> remote_deferred_error() {
		return Deferred.fail(new NoSuchElementException("k"));
	}

	Counter remote_counter() {
		return this.counter;
	}

	Object remote_giveback(Object value) {
		return value;
	}

	Deferred<Object> remote_callme(RemoteReference reference, Object value) {
		Deferred<Object> answer = reference.callRemote("poke", value);
		reference.release();
		return answer;
	}

	Copyable remote_pt() {
		return this.point;
	}

	Cell remote_cell() {
		return this.cell;
	}

	Deferred<Integer> remote_setcell(int value) {
		return this.cell.set(value).addCallback((done) -> 1);
	}

	static final class Counter implements Referenceable {

		private long count;

		long remote_add(long n) {
			this.count += n;
			return this.count;
		}

	}

	static final class Point implements Copyable {

		@Override
		public String getTypeToCopy() {
			return "__main__.Pt";
		}

		@Override
		public Map<String, ?> getStateToCopyFor(Avatar perspective) {
			Map<String, Object> state = new LinkedHashMap<>();
			state.put("x", 1);
			state.put("y", "two");
			return state;
		}

	}

	static final class Cell implements Cacheable {

		private Object value = 1;

		final List<RemoteCacheObserver> observers = new ArrayList<>();

		@Override
		public String getTypeToCopy() {
			return "__main__.Cell";
		}

		@Override
		public Map<String, ?> getStateToCacheAndObserveFor(Avatar perspective, RemoteCacheObserver observer) {
			this.observers.add(observer);
			return Map.of("v", this.value);
		}

		@Override
		public void stoppedObserving(Avatar perspective, RemoteCacheObserver observer) {
			this.observers.remove(observer);
		}

		Deferred<Object> set(Object changed) {
			this.value = changed;
			return this.observers.get(0).callRemote("setv", changed);
		}

	}

}
