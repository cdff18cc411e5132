package dev.twisted.benchmarks.echo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What was measured, round by round.
 */
final class Figures {

	private final Map<Cell, List<Double>> rounds = new HashMap<>();

	void add(Scenario scenario, Contender contender, double figure) {
		this.rounds.computeIfAbsent(new Cell(scenario, contender), (cell) -> new ArrayList<>()).add(figure);
	}

	double median(Scenario scenario, Contender contender) {
		return quantile(of(scenario, contender), 0.5);
	}

	/**
	 * How a contender compares with another. Rounds are compared with the rounds next to
	 * them in time, so that a slow moment of the machine counts for neither.
	 * @return the median of the quotients
	 */
	double ratio(Scenario scenario, Contender contender, Contender base) {
		List<Double> own = of(scenario, contender);
		List<Double> others = of(scenario, base);
		return quantile(IntStream.range(0, own.size()).mapToObj((round) -> own.get(round) / others.get(round)).toList(),
				0.5);
	}

	/**
	 * How far the middle half of the rounds of a cell lies from its median.
	 * @return the largest such distance, as a part of the median
	 */
	double worstSpread() {
		double worst = 0;
		for (List<Double> figures : this.rounds.values()) {
			double half = (quantile(figures, 0.75) - quantile(figures, 0.25)) / 2;
			worst = Math.max(worst, half / quantile(figures, 0.5));
		}
		return worst;
	}

	private List<Double> of(Scenario scenario, Contender contender) {
		return this.rounds.getOrDefault(new Cell(scenario, contender), List.of());
	}

	private static double quantile(List<Double> figures, double quantile) {
		if (figures.isEmpty()) {
			return Double.NaN;
		}
		List<Double> sorted = new ArrayList<>(figures);
		Collections.sort(sorted);
		return sorted.get((int) Math.round(quantile * (sorted.size() - 1)));
	}

	private record Cell(Scenario scenario, Contender contender) {
	}

}
