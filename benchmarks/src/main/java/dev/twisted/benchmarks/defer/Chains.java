package dev.twisted.benchmarks.defer;

import java.util.concurrent.CompletableFuture;

import dev.twisted.defer.Deferred;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Mono;

/**
 * The same ten functions for everyone, each from a place of its own, as in a program. The
 * last takes the result.
 */
final class Chains {

	private Chains() {
	}

	static void add(Deferred<Integer> deferred, Blackhole blackhole) {
		deferred.addCallback((x) -> x + 1)
			.addCallback((x) -> x + 2)
			.addCallback((x) -> x + 3)
			.addCallback((x) -> x + 4)
			.addCallback((x) -> x + 5)
			.addCallback((x) -> x + 6)
			.addCallback((x) -> x + 7)
			.addCallback((x) -> x + 8)
			.addCallback((x) -> x + 9)
			.addCallback((x) -> {
				blackhole.consume(x);
				return x;
			});
	}

	static void add(LockedQueue queue, Blackhole blackhole) {
		queue.add((x) -> x + 1)
			.add((x) -> x + 2)
			.add((x) -> x + 3)
			.add((x) -> x + 4)
			.add((x) -> x + 5)
			.add((x) -> x + 6)
			.add((x) -> x + 7)
			.add((x) -> x + 8)
			.add((x) -> x + 9)
			.add((x) -> {
				blackhole.consume(x);
				return x;
			});
	}

	static void add(CompletableFuture<Integer> future, Blackhole blackhole) {
		future.thenApply((x) -> x + 1)
			.thenApply((x) -> x + 2)
			.thenApply((x) -> x + 3)
			.thenApply((x) -> x + 4)
			.thenApply((x) -> x + 5)
			.thenApply((x) -> x + 6)
			.thenApply((x) -> x + 7)
			.thenApply((x) -> x + 8)
			.thenApply((x) -> x + 9)
			.thenApply((x) -> {
				blackhole.consume(x);
				return x;
			});
	}

	static void add(Mono<Integer> mono, Blackhole blackhole) {
		mono.map((x) -> x + 1)
			.map((x) -> x + 2)
			.map((x) -> x + 3)
			.map((x) -> x + 4)
			.map((x) -> x + 5)
			.map((x) -> x + 6)
			.map((x) -> x + 7)
			.map((x) -> x + 8)
			.map((x) -> x + 9)
			.subscribe(blackhole::consume);
	}

}
