package dev.twisted.benchmarks.defer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Sinks;

/**
 * Make one and add ten functions in one thread, fire it in another. A thousand at a time
 * go over, so that the way between the threads costs next to nothing; the time of both
 * threads counts, one after the other. Needs two processors that have nothing else to do.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("ThreadPriorityCheck")
public class DeferredAcrossThreadsBenchmark {

	private static final int BATCH = 1000;

	private final Object[] batch = new Object[BATCH];

	private volatile @Nullable Consumer<Object> task;

	private volatile boolean running;

	/**
	 * Start the thread that fires.
	 */
	@Setup(Level.Trial)
	public void start() {
		this.running = true;
		Thread thread = new Thread(this::work, "fire");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Stop it.
	 */
	@TearDown(Level.Trial)
	public void stop() {
		this.running = false;
	}

	/**
	 * Ten callbacks on each Deferred.
	 * @param blackhole takes the results
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	@SuppressWarnings("unchecked")
	public void deferred(Blackhole blackhole) {
		make(() -> {
			Deferred<Integer> deferred = new Deferred<>();
			Chains.add(deferred, blackhole);
			return deferred;
		}, (deferred) -> ((Deferred<Integer>) deferred).callback(0));
	}

	/**
	 * Ten functions on each CompletableFuture.
	 * @param blackhole takes the results
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	@SuppressWarnings("unchecked")
	public void completableFuture(Blackhole blackhole) {
		make(() -> {
			CompletableFuture<Integer> future = new CompletableFuture<>();
			Chains.add(future, blackhole);
			return future;
		}, (future) -> ((CompletableFuture<Integer>) future).complete(0));
	}

	/**
	 * Ten functions on each Mono.
	 * @param blackhole takes the results
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	@SuppressWarnings("unchecked")
	public void mono(Blackhole blackhole) {
		make(() -> {
			Sinks.One<Integer> sink = Sinks.one();
			Chains.add(sink.asMono(), blackhole);
			return sink;
		}, (sink) -> ((Sinks.One<Integer>) sink).tryEmitValue(0));
	}

	/**
	 * The same callback ten times on each Deferred.
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	@SuppressWarnings("unchecked")
	public void deferredOneFunction() {
		make(() -> {
			Deferred<Integer> deferred = new Deferred<>();
			for (int i = 0; i < 10; i++) {
				deferred.addCallback((x) -> x + 1);
			}
			return deferred;
		}, (deferred) -> ((Deferred<Integer>) deferred).callback(0));
	}

	/**
	 * The same function ten times on each CompletableFuture.
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	@SuppressWarnings("unchecked")
	public void completableFutureOneFunction() {
		make(() -> {
			CompletableFuture<Integer> future = new CompletableFuture<>();
			CompletableFuture<Integer> last = future;
			for (int i = 0; i < 10; i++) {
				last = last.thenApply((x) -> x + 1);
			}
			return future;
		}, (future) -> ((CompletableFuture<Integer>) future).complete(0));
	}

	private void make(Supplier<Object> maker, Consumer<Object> firing) {
		for (int i = 0; i < BATCH; i++) {
			this.batch[i] = maker.get();
		}
		this.task = firing;
		while (this.task != null) {
			Thread.yield();
		}
	}

	private void work() {
		while (this.running) {
			Consumer<Object> firing = this.task;
			if (firing == null) {
				Thread.yield();
				continue;
			}
			for (Object each : this.batch) {
				firing.accept(each);
			}
			this.task = null;
		}
	}

}
