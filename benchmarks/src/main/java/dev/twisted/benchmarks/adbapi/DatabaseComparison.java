package dev.twisted.benchmarks.adbapi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import dev.twisted.enterprise.ConnectionPoolBuilder;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;

/**
 * Asks one database the same question over the bare driver and over ours, one at a time
 * and many at once. Both have a pool of the same kind. Rounds take turns, the first of
 * them to warm up, and what is compared is the median of the ratios of neighbours: the
 * machine may change its pace meanwhile.
 */
final class DatabaseComparison {

	private static final int CONNECTIONS = 16;

	private DatabaseComparison() {
	}

	/**
	 * Measure and print.
	 * @param args the URL of the database, the number of rounds, and the milliseconds of
	 * each
	 */
	public static void main(String[] args) {
		int rounds = Integer.parseInt(args[1]);
		Duration length = Duration.ofMillis(Long.parseLong(args[2]));
		Reactor reactor = new ReactorBuilder().build();
		reactor.start();
		ConnectionPool connections = new ConnectionPool(
				ConnectionPoolConfiguration.builder(ConnectionFactories.get(args[0]))
					.initialSize(CONNECTIONS)
					.maxSize(CONNECTIONS)
					.build());
		Map<String, Question> questions = new LinkedHashMap<>();
		questions.put("bare", new BareQuestion(connections));
		questions.put("ours", new DeferredQuestion(new ConnectionPoolBuilder(reactor, connections).build()));
		System.out.println(
				"| in flight | driver, µs a query | ours, µs a query | ratio | CPU, µs, driver | CPU, µs, ours | ratio |");
		System.out.println("|---:|---:|---:|---:|---:|---:|---:|");
		for (int inFlight : new int[] { 1, CONNECTIONS }) {
			System.out.println(row(questions, inFlight, rounds, length));
		}
		System.out.flush();
		Runtime.getRuntime().halt(0);
	}

	private static String row(Map<String, Question> questions, int inFlight, int rounds, Duration length) {
		take(questions, inFlight, rounds, length);
		Map<String, List<Round>> results = take(questions, inFlight, rounds, length);
		List<Round> bare = results.getOrDefault("bare", List.of());
		List<Round> ours = results.getOrDefault("ours", List.of());
		return String.format(Locale.ROOT, "| %d | %.1f | %.1f | %.3f | %.1f | %.1f | %.3f |", inFlight,
				median(bare.stream().map(Round::microsPerQuery).toList()),
				median(ours.stream().map(Round::microsPerQuery).toList()), ratio(bare, ours, false),
				median(bare.stream().map(Round::cpuPerQuery).toList()),
				median(ours.stream().map(Round::cpuPerQuery).toList()), ratio(bare, ours, true));
	}

	/**
	 * Let all of them ask in turn; whoever was first in one round is last in the next.
	 */
	private static Map<String, List<Round>> take(Map<String, Question> questions, int inFlight, int rounds,
			Duration length) {
		Map<String, List<Round>> results = new LinkedHashMap<>();
		List<String> order = new ArrayList<>(questions.keySet());
		for (int i = 0; i < rounds; i++) {
			for (String name : order) {
				Question question = Objects.requireNonNull(questions.get(name));
				results.computeIfAbsent(name, (key) -> new ArrayList<>()).add(Round.run(question, inFlight, length));
			}
			Collections.reverse(order);
		}
		return results;
	}

	private static double ratio(List<Round> bare, List<Round> ours, boolean cpu) {
		List<Double> ratios = new ArrayList<>();
		for (int i = 0; i < bare.size(); i++) {
			ratios.add(cpu ? ours.get(i).cpuPerQuery() / bare.get(i).cpuPerQuery()
					: ours.get(i).microsPerQuery() / bare.get(i).microsPerQuery());
		}
		return median(ratios);
	}

	private static double median(List<Double> values) {
		List<Double> sorted = values.stream().sorted().toList();
		return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
	}

}
