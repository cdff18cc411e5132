package dev.twisted.task;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Work made of steps that are written down one by one.
 */
final class Steps implements Iterator<@Nullable Object> {

	private final Iterator<Callable<? extends @Nullable Object>> steps;

	private Steps(List<Callable<? extends @Nullable Object>> steps) {
		this.steps = steps.iterator();
	}

	@SafeVarargs
	@SuppressWarnings("varargs")
	static Steps of(Callable<? extends @Nullable Object>... steps) {
		return new Steps(List.of(steps));
	}

	/**
	 * Work that writes a line for each of its steps.
	 */
	static Steps writing(List<String> lines, String name, int count) {
		return new Steps(IntStream.rangeClosed(1, count)
			.<Callable<? extends @Nullable Object>>mapToObj((step) -> () -> lines.add(name + step))
			.toList());
	}

	@Override
	public boolean hasNext() {
		return this.steps.hasNext();
	}

	@Override
	public @Nullable Object next() {
		try {
			return this.steps.next().call();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
