package dev.twisted.benchmarks.echo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Measures the CPU time that each server spends on a message and prints the table. The
 * servers have the first core to themselves, this process should be kept on another.
 * <p>
 * The figures come from the kernel's own accounting of the servers' processes. All are
 * measured in turn, over and over, so that a slow moment of the machine hits all alike.
 */
final class EchoComparison {

	private static final int SERVER_CORE = 0;

	private final Figures nanosPerMessage = new Figures();

	private final List<Contender> contenders = new ArrayList<>();

	private final List<Scenario> scenarios;

	private final int forks;

	private final int rounds;

	private final Duration warmUp;

	private final Duration window;

	private EchoComparison(List<Scenario> scenarios, int forks, int rounds, Duration warmUp, Duration window) {
		this.scenarios = scenarios;
		this.forks = forks;
		this.rounds = rounds;
		this.warmUp = warmUp;
		this.window = window;
	}

	/**
	 * Measure and print.
	 * @param args how many times each server is started; how many times it is measured
	 * each time; how many milliseconds it is warmed up and measured; which scenarios, all
	 * if none is named
	 * @throws Exception if a server does not start or serve
	 */
	public static void main(String[] args) throws Exception {
		if (args.length < 4) {
			throw new IllegalArgumentException("Arguments: forks rounds warm-up-millis window-millis [scenario...]");
		}
		List<Scenario> scenarios = Stream.of(args).skip(4).map(Scenario::valueOf).toList();
		EchoComparison comparison = new EchoComparison(scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios,
				Integer.parseInt(args[0]), Integer.parseInt(args[1]), Duration.ofMillis(Long.parseLong(args[2])),
				Duration.ofMillis(Long.parseLong(args[3])));
		comparison.measure();
		comparison.print();
	}

	private void measure() throws Exception {
		for (Contender contender : Contender.values()) {
			if (contender.available()) {
				this.contenders.add(contender);
			}
		}
		for (Scenario scenario : this.scenarios) {
			for (int fork = 1; fork <= this.forks; fork++) {
				System.err.printf("%s, %d of %d%n", scenario.title(), fork, this.forks);
				measure(scenario);
			}
		}
	}

	private void measure(Scenario scenario) throws Exception {
		List<Candidate> candidates = new ArrayList<>();
		try {
			for (Contender contender : this.contenders) {
				Candidate candidate = new Candidate(contender,
						ServerProcess.start(contender, scenario.framing(), SERVER_CORE));
				candidates.add(candidate);
				candidate.connect(scenario);
				candidate.load().run(this.warmUp);
			}
			for (int round = 0; round < this.rounds; round++) {
				for (Candidate candidate : candidates) {
					this.nanosPerMessage.add(scenario, candidate.contender, candidate.measure(this.window));
				}
			}
		}
		finally {
			for (Candidate candidate : candidates) {
				candidate.close();
			}
		}
	}

	private void print() {
		StringBuilder head = new StringBuilder("| CPU per message, µs (x Netty) |");
		StringBuilder rule = new StringBuilder("|---|");
		for (Scenario scenario : this.scenarios) {
			head.append(' ').append(scenario.title()).append(" |");
			rule.append("---:|");
		}
		System.out.println(head);
		System.out.println(rule);
		for (Contender contender : Contender.values()) {
			System.out.println(row(contender));
		}
		System.out.printf(Locale.ROOT,
				"%nMedians of %d rounds of %d ms, spread over %d starts of each server. In the cell "
						+ "where they differ most, the middle half of the rounds lies within %.1f %% of the median.%n",
				this.forks * this.rounds, this.window.toMillis(), this.forks, 100 * this.nanosPerMessage.worstSpread());
	}

	private String row(Contender contender) {
		StringBuilder row = new StringBuilder("| ").append(contender.title()).append(" |");
		for (Scenario scenario : this.scenarios) {
			row.append(' ').append(cell(scenario, contender)).append(" |");
		}
		return row.toString();
	}

	private String cell(Scenario scenario, Contender contender) {
		if (!this.contenders.contains(contender)) {
			return "not installed";
		}
		return String.format(Locale.ROOT, "%.2f (%.2f)", this.nanosPerMessage.median(scenario, contender) / 1000,
				this.nanosPerMessage.ratio(scenario, contender, Contender.NETTY));
	}

	/**
	 * A server that runs and the load on it.
	 */
	private static final class Candidate implements AutoCloseable {

		private final Contender contender;

		private final ServerProcess server;

		private @Nullable Load load;

		private Candidate(Contender contender, ServerProcess server) {
			this.contender = contender;
			this.server = server;
		}

		private void connect(Scenario scenario) throws IOException {
			this.load = scenario.connect(this.server.port());
		}

		private Load load() {
			if (this.load == null) {
				throw new IllegalStateException("Nothing is connected to '%s'".formatted(this.contender.title()));
			}
			return this.load;
		}

		private double measure(Duration window) throws IOException {
			long before = this.server.cpuNanos();
			long messages = load().run(window);
			return (double) (this.server.cpuNanos() - before) / messages;
		}

		@Override
		public void close() throws IOException {
			this.server.close();
			if (this.load != null) {
				this.load.close();
			}
		}

	}

}
