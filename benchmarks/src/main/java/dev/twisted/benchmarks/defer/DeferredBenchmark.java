package dev.twisted.benchmarks.defer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Make one, add ten functions, fire it: in one thread. The results are small integers, so
 * that nothing is allocated for them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DeferredBenchmark {

	/**
	 * Ten callbacks on a Deferred.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void deferred(Blackhole blackhole) {
		Deferred<Integer> deferred = new Deferred<>();
		Chains.add(deferred, blackhole);
		deferred.callback(0);
	}

	/**
	 * Ten functions on a CompletableFuture.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void completableFuture(Blackhole blackhole) {
		CompletableFuture<Integer> future = new CompletableFuture<>();
		Chains.add(future, blackhole);
		future.complete(0);
	}

	/**
	 * Ten functions on a Mono.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void mono(Blackhole blackhole) {
		Sinks.One<Integer> sink = Sinks.one();
		Chains.add(sink.asMono(), blackhole);
		sink.tryEmitValue(0);
	}

	/**
	 * Ten functions on the least that could hold them.
	 * @param blackhole takes the result
	 * @throws Exception never
	 */
	@Benchmark
	public void floor(Blackhole blackhole) throws Exception {
		LockedQueue queue = new LockedQueue();
		Chains.add(queue, blackhole);
		queue.fire(0);
		blackhole.consume(queue.result());
	}

	/**
	 * The same callback ten times on a Deferred.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void deferredOneFunction(Blackhole blackhole) {
		Deferred<Integer> deferred = new Deferred<>();
		for (int i = 0; i < 10; i++) {
			deferred.addCallback((x) -> x + 1);
		}
		deferred.callback(0);
		blackhole.consume(deferred);
	}

	/**
	 * The same function ten times on a CompletableFuture.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void completableFutureOneFunction(Blackhole blackhole) {
		CompletableFuture<Integer> future = new CompletableFuture<>();
		CompletableFuture<Integer> last = future;
		for (int i = 0; i < 10; i++) {
			last = last.thenApply((x) -> x + 1);
		}
		future.complete(0);
		blackhole.consume(last);
	}

	/**
	 * Ten callbacks on a Deferred that has its result already.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void deferredFiredBefore(Blackhole blackhole) {
		Chains.add(Deferred.succeed(0), blackhole);
	}

	/**
	 * Ten functions on a CompletableFuture that has its result already.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void completableFutureFiredBefore(Blackhole blackhole) {
		Chains.add(CompletableFuture.completedFuture(0), blackhole);
	}

	/**
	 * Ten functions on a Mono that has its result already.
	 * @param blackhole takes the result
	 */
	@Benchmark
	public void monoFiredBefore(Blackhole blackhole) {
		Chains.add(Mono.just(0), blackhole);
	}

}
