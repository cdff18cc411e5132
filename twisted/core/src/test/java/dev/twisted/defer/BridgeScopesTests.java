package dev.twisted.defer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BridgeScopesTests {

	@Test
	void scopesThatAreOpenWhereADeferredIsFiredStayOpen() {
		List<String> log = new ArrayList<>();
		LoggedScopes scopes = new LoggedScopes(log);
		ContextRegistry.getInstance().registerThreadLocalAccessor(scopes);
		try {
			CompletableFuture<String> future = new CompletableFuture<>();
			scopes.setValue("asker");
			Deferred<String> user = Deferred.from(future).addCallback((item) -> scopes.getValue());
			scopes.restore();
			scopes.setValue("outer");
			scopes.setValue("inner");
			log.clear();
			future.complete("hello");
			assertThat(Results.of(user).value()).isEqualTo("asker");
			assertThat(scopes.open).containsExactly("inner", "outer");
			assertThat(log).containsExactly("open asker", "close asker");
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor(scopes.key());
		}
	}

	/**
	 * A thread local as Micrometer's observations are: each value is the innermost scope.
	 */
	private static final class LoggedScopes implements ThreadLocalAccessor<String> {

		private final Deque<String> open = new ArrayDeque<>();

		private final List<String> log;

		LoggedScopes(List<String> log) {
			this.log = log;
		}

		@Override
		public Object key() {
			return "dev.twisted.scopes";
		}

		@Override
		public String getValue() {
			return this.open.peek();
		}

		@Override
		public void setValue(String value) {
			this.log.add("open " + value);
			this.open.push(value);
		}

		@Override
		public void setValue() {
			setValue("none");
		}

		@Override
		public void restore(String previous) {
			restore();
		}

		@Override
		public void restore() {
			this.log.add("close " + this.open.pop());
		}

	}

}
