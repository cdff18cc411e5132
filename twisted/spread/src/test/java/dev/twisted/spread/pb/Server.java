package dev.twisted.spread.pb;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Deferred;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A root whose methods do all that a test may want.
 */
final class Server implements Root {

	final List<Deferred<Object>> pending = new ArrayList<>();

	final TranscriptRoot.Counter counter = new TranscriptRoot.Counter();

	final TranscriptRoot.Cell cell = new TranscriptRoot.Cell();

	RemoteReference kept;

	int count;

	Object remote_echo(Object value) {
		return value;
	}

	Deferred<Object> remote_never() {
		Deferred<Object> never = new Deferred<>();
		this.pending.add(never);
		return never;
	}

	Object remote_unsendable() {
		return List.of(this.counter, new Object());
	}

	Object remote_long_answer() {
		return "x".repeat(655_361);
	}

	Object remote_unknown() {
		return new TranscriptRoot.Point();
	}

	void remote_count() {
		this.count++;
	}

	long remote_sub(long x, long y) {
		return x - y;
	}

	long remote_sum(List<Long> numbers) {
		long sum = 0;
		for (Long number : numbers) {
			sum += number;
		}
		return sum;
	}

	Deferred<Object> remote_add_all(List<Adding> adders) {
		return adders.get(0).add(1).addCallback((sum) -> sum);
	}

	String remote_over() {
		return "none";
	}

	String remote_over(String text) {
		return "text " + text;
	}

	String remote_over(Object anything) {
		return "anything " + anything;
	}

	String remote_over(BigDecimal number) {
		return "decimal " + number;
	}

	String remote_over(int number) {
		return "number " + number;
	}

	String remote_over(Comparable<?> anything) {
		return "comparable " + anything;
	}

	private void remote_secret() {
		remote_static();
	}

	static void remote_static() {
	}

	void remote_polite() throws PBException {
		throw new PBException("polite");
	}

	Deferred<Object> remote_call_back(RemoteReference reference, int value) {
		return reference.callRemote("add", value);
	}

	void remote_keep(RemoteReference reference) {
		this.kept = reference.keep();
	}

	void remote_store(RemoteReference reference) {
		this.kept = reference;
	}

	Deferred<Object> remote_call_kept(int value) {
		return this.kept.callRemote("add", value);
	}

	Referenceable remote_counter() {
		return this.counter;
	}

	Referenceable remote_new_counter() {
		return new TranscriptRoot.Counter();
	}

	TranscriptRoot.Cell remote_cell() {
		return this.cell;
	}

	Mono<Integer> remote_mono() {
		return Mono.just(1);
	}

	Flux<Integer> remote_flux() {
		return Flux.just(1, 2, 3);
	}

	Object remote_unsendable_cell() {
		return List.of(this.cell, new Object());
	}

	boolean remote_is_cell(Object value) {
		return value == this.cell;
	}

	Deferred<Object> remote_set_cell(Object value) {
		return this.cell.set(value);
	}

	void remote_page(RemoteReference collector, int size) {
		new StringPager(collector, new byte[size], StringPager.CHUNK_SIZE, null);
	}

	interface Adding {

		Deferred<Long> add(int n);

	}

}
