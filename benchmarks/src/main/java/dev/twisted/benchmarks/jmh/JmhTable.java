package dev.twisted.benchmarks.jmh;

import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs JMH, on its usual arguments, and prints time and allocation per operation as a
 * table.
 */
final class JmhTable {

	private JmhTable() {
	}

	public static void main(String[] args) throws CommandLineOptionException, RunnerException {
		Collection<RunResult> results = new Runner(new OptionsBuilder().parent(new CommandLineOptions(args))
			.mode(Mode.AverageTime)
			.timeUnit(TimeUnit.NANOSECONDS)
			.addProfiler(GCProfiler.class)
			.jvmArgsAppend("-Dslf4j.internal.verbosity=ERROR")
			.output(System.getProperty("benchmarks.log"))
			.build()).run();
		System.out.println("| per operation | ns | bytes allocated |");
		System.out.println("|---|---:|---:|");
		results.stream().map(JmhTable::row).forEach(System.out::println);
	}

	private static String row(RunResult result) {
		Result<?> time = result.getPrimaryResult();
		return String.format(Locale.ROOT, "| %s | %.1f ± %.1f | %.0f |", name(result.getParams()), time.getScore(),
				time.getScoreError(), bytes(result));
	}

	private static String name(BenchmarkParams params) {
		String[] path = params.getBenchmark().split("\\.", -1);
		String name = path[path.length - 2] + '.' + path[path.length - 1];
		return params.getParamsKeys()
			.stream()
			.map((key) -> key + '=' + params.getParam(key))
			.collect(Collectors.joining(", ", name + ' ', ""))
			.trim();
	}

	private static double bytes(RunResult result) {
		Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
		return (bytes != null) ? bytes.getScore() : Double.NaN;
	}

}
