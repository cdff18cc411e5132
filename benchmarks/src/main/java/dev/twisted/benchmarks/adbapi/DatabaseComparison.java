package dev.twisted.benchmarks.adbapi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

import dev.twisted.enterprise.ConnectionPoolBuilder;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.internet.netty.ReactorLoops;
import io.asyncer.r2dbc.mysql.MySqlConnectionFactoryProvider;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;

/**
 * Asks one database the same question over the bare driver and over ours, many at once
 * and one at a time, with the driver on threads of its own and on the reactor's loops,
 * where the starter has it. All have the same pool. Rounds take turns, the first of them
 * to warm up, and what is compared is the median of the ratios of neighbours: the machine
 * may change its pace meanwhile.
 */
final class DatabaseComparison {

	private static final int CONNECTIONS = 16;

	private static final String DRIVER = "driver";

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
		ConnectionFactoryOptions apart = ConnectionFactoryOptions.parse(args[0]);
		ConnectionFactoryOptions shared = apart.mutate()
			.option(MySqlConnectionFactoryProvider.LOOP_RESOURCES, ReactorLoops.of(reactor))
			.build();
		ConnectionPool connections = pool(apart);
		ConnectionPool connectionsOnLoops = pool(shared);
		Map<String, Question> questions = new LinkedHashMap<>();
		questions.put(DRIVER, new BareQuestion(connections));
		questions.put("driver, on the reactor's loops", new BareQuestion(connectionsOnLoops));
		questions.put("ours, the driver apart",
				new DeferredQuestion(new ConnectionPoolBuilder(reactor, connections).build()));
		questions.put("**ours**", new DeferredQuestion(new ConnectionPoolBuilder(reactor, connectionsOnLoops).build()));
		System.out.println("| in flight | | µs a query (x driver) | CPU, µs (x driver) |");
		System.out.println("|---:|---|---:|---:|");
		// The many first: they warm up what the one then has the use of.
		for (int inFlight : new int[] { CONNECTIONS, 1 }) {
			take(questions, inFlight, (inFlight != 1) ? 2 * rounds : rounds, length);
			Map<String, List<Round>> results = take(questions, inFlight, rounds, length);
			questions.keySet().forEach((name) -> System.out.println(row(inFlight, name, results)));
		}
		System.out.flush();
		Runtime.getRuntime().halt(0);
	}

	private static ConnectionPool pool(ConnectionFactoryOptions options) {
		return new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(options))
			.initialSize(CONNECTIONS)
			.maxSize(CONNECTIONS)
			.build());
	}

	private static String row(int inFlight, String name, Map<String, List<Round>> results) {
		List<Round> driver = results.getOrDefault(DRIVER, List.of());
		List<Round> rounds = results.getOrDefault(name, List.of());
		return String.format(Locale.ROOT, "| %d | %s | %s | %s |", inFlight, name,
				cell(driver, rounds, Round::microsPerQuery), cell(driver, rounds, Round::cpuPerQuery));
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

	private static String cell(List<Round> driver, List<Round> rounds, ToDoubleFunction<Round> figure) {
		List<Double> ratios = new ArrayList<>();
		for (int i = 0; i < rounds.size(); i++) {
			ratios.add(figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(driver.get(i)));
		}
		return String.format(Locale.ROOT, "%.1f (%.2f)",
				median(rounds.stream().map((round) -> figure.applyAsDouble(round)).toList()), median(ratios));
	}

	private static double median(List<Double> values) {
		List<Double> sorted = values.stream().sorted().toList();
		return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
	}

}
