package dev.twisted.defer;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class CallContextRulesTests {

	private final Scopes scopes = new Scopes("twisted.test.scopes");

	@BeforeEach
	void register() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(this.scopes);
	}

	@AfterEach
	void clear() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(this.scopes.key());
		MDC.clear();
	}

	@Test
	void aThreadWithoutAnythingHasTheEmptyContext() {
		assertThat(CallContext.capture()).isSameAs(CallContext.EMPTY);
		MDC.put("a", "1");
		MDC.remove("a");
		assertThat(CallContext.capture()).isSameAs(CallContext.EMPTY);
		assertThat(CallContext.EMPTY.leave()).isSameAs(CallContext.EMPTY);
	}

	@Test
	void whatWasCapturedIsThereWhereItIsRunAndOnlyThere() throws Exception {
		MDC.put("a", "1");
		this.scopes.open("outer");
		CallContext context = CallContext.capture();
		this.scopes.close();
		MDC.put("a", "2");
		String there = context.call(() -> MDC.get("a") + this.scopes.getValue());
		assertThat(there).isEqualTo("1outer");
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("a", "2"));
		assertThat(this.scopes.getValue()).isNull();
	}

	@Test
	void whatARunChangesIsNotTheCallersBusiness() throws Exception {
		MDC.put("a", "1");
		CallContext.capture().run(() -> {
			MDC.put("a", "changed");
			this.scopes.open("left open");
		});
		assertThat(MDC.get("a")).isEqualTo("1");
		assertThat(this.scopes.getValue()).isNull();
	}

	@Test
	void aRunThatFailsGivesTheCallerItsContextBack() {
		MDC.put("a", "1");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> CallContext.EMPTY.run(() -> {
			MDC.put("a", "changed");
			throw new IOException("as expected");
		}));
		assertThat(MDC.get("a")).isEqualTo("1");
	}

	@Test
	void leavingGivesTheSameContextIfNothingHasChanged() {
		CallContext context = CallContext.EMPTY.with("a", "1").with("b", "2");
		context.enter();
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("a", "1", "b", "2"));
		assertThat(context.leave()).isSameAs(context);
		context.enter();
		this.scopes.open("more");
		CallContext changed = context.leave();
		assertThat(changed).isNotSameAs(context);
		changed.enter();
		assertThat(changed.leave()).isSameAs(changed);
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
		assertThat(this.scopes.getValue()).isNull();
	}

	@Test
	void aContextKeepsNoTrackOfWhatTheMdcBecomesLater() {
		MDC.put("a", "1");
		CallContext context = CallContext.capture();
		MDC.put("a", "2");
		MDC.clear();
		context.enter();
		assertThat(MDC.get("a")).isEqualTo("1");
		context.leave();
	}

	@Test
	void whatOthersHaveLeftInTheMdcOfTheThreadIsNotTakenOver() {
		MDC.put("left", "behind");
		CallContext context = CallContext.EMPTY.with("a", "1");
		context.enter();
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("a", "1"));
		assertThat(context.leave()).isSameAs(context);
	}

	@Test
	void whatIsAddedChangedOrTakenAwayInsideIsSoInTheNextContextAndNotInTheThread() {
		CallContext context = CallContext.EMPTY.with("a", "1").with("b", "2");
		context.enter();
		MDC.put("c", "3");
		CallContext more = context.leave();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
		more.enter();
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
		MDC.put("a", "changed");
		MDC.remove("b");
		CallContext changed = more.leave();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
		changed.enter();
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("a", "changed", "c", "3"));
		MDC.clear();
		assertThat(changed.leave()).isSameAs(CallContext.EMPTY);
	}

	@Test
	void anEntryThatIsSetAgainReplacesTheOneBefore() {
		CallContext context = CallContext.EMPTY.with("a", "1").with("b", "2").with("a", "3");
		context.enter();
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("a", "3", "b", "2"));
		assertThat(context.leave()).isSameAs(context);
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void aMapWithANullKeyInTheMdcSpoilsNoContext() {
		Map<String, String> map = new HashMap<>(Map.of("a", "1"));
		map.put(null, "nobody");
		MDC.setContextMap(map);
		CallContext context = CallContext.EMPTY.leave();
		context.enter();
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("a", "1"));
		assertThat(context.leave()).isSameAs(context);
	}

	@Test
	void scopesThatWereForgottenAreClosedAndTheInnermostIsKept() {
		CallContext.EMPTY.enter();
		this.scopes.open("outer");
		this.scopes.open("inner");
		CallContext context = CallContext.EMPTY.leave();
		assertThat(this.scopes.open).isEmpty();
		context.enter();
		assertThat(this.scopes.getValue()).isEqualTo("inner");
		context.leave();
		assertThat(this.scopes.open).isEmpty();
	}

	@Test
	void aThreadLocalThatFailsSpoilsNothingElse() {
		this.scopes.broken = true;
		CallContext context = CallContext.EMPTY.with("a", "1");
		context.enter();
		assertThat(MDC.get("a")).isEqualTo("1");
		assertThat(context.leave()).isSameAs(context);
		this.scopes.broken = false;
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void aThreadLocalThatFailsLeavesNoOtherBehind() {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		Scopes broken = new Scopes("twisted.test.broken");
		ContextRegistry.getInstance().registerThreadLocalAccessor(broken);
		ContextRegistry.getInstance().registerThreadLocalAccessor("twisted.test.behind", tenant);
		try {
			broken.broken = true;
			CallContext.EMPTY.enter();
			this.scopes.open("scope");
			tenant.set("tenant");
			CallContext context = CallContext.EMPTY.leave();
			assertThat(this.scopes.open).isEmpty();
			assertThat(tenant.get()).isNull();
			context.enter();
			assertThat(this.scopes.getValue()).isEqualTo("scope");
			assertThat(tenant.get()).isEqualTo("tenant");
			context.leave();
			assertThat(tenant.get()).isNull();
		}
		finally {
			tenant.remove();
			ContextRegistry.getInstance().removeThreadLocalAccessor("twisted.test.behind");
			ContextRegistry.getInstance().removeThreadLocalAccessor(broken.key());
		}
	}

	@Test
	void aThreadLocalThatCannotBeSetOrClearedSpoilsNoOther() {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		Scopes stuck = new Scopes("twisted.test.stuck");
		ContextRegistry.getInstance().registerThreadLocalAccessor(stuck);
		ContextRegistry.getInstance().registerThreadLocalAccessor("twisted.test.behind", tenant);
		try {
			this.scopes.open("scope");
			tenant.set("tenant");
			stuck.open("stuck");
			stuck.stuck = true;
			CallContext context = CallContext.EMPTY.leave();
			assertThat(this.scopes.open).isEmpty();
			assertThat(tenant.get()).isNull();
			context.enter();
			assertThat(this.scopes.getValue()).isEqualTo("scope");
			assertThat(tenant.get()).isEqualTo("tenant");
			context.leave();
		}
		finally {
			tenant.remove();
			ContextRegistry.getInstance().removeThreadLocalAccessor("twisted.test.behind");
			ContextRegistry.getInstance().removeThreadLocalAccessor(stuck.key());
		}
	}

	@Test
	void whoCapturesByHandIsToldOfAThreadLocalThatFails() {
		this.scopes.broken = true;
		assertThatIllegalStateException().isThrownBy(CallContext::capture).withMessage("broken");
		this.scopes.broken = false;
	}

	@Test
	void withoutMicrometerTheMdcIsCarriedAllTheSame() throws Exception {
		List<URL> path = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			if (!entry.contains("context-propagation")) {
				path.add(url(entry));
			}
		}
		try (URLClassLoader loader = new URLClassLoader(path.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			Class<?> probe = loader.loadClass(Probe.class.getName());
			assertThat(probe.getMethod("micrometerIsPresent").invoke(null)).isEqualTo(false);
			assertThat(probe.getMethod("carried").invoke(null)).isEqualTo("1/null");
		}
		assertThat(Probe.micrometerIsPresent()).isTrue();
	}

	private static URL url(String entry) throws MalformedURLException {
		return new File(entry).toURI().toURL();
	}

	/**
	 * Carries a context in whatever class loader it is loaded by.
	 */
	public static final class Probe {

		private Probe() {
		}

		public static boolean micrometerIsPresent() {
			try {
				Class.forName("io.micrometer.context.ContextRegistry", false, Probe.class.getClassLoader());
				return true;
			}
			catch (ClassNotFoundException ex) {
				return false;
			}
		}

		public static String carried() throws Exception {
			MDC.put("a", "1");
			CallContext context = CallContext.capture();
			MDC.clear();
			return context.call(() -> MDC.get("a")) + "/" + MDC.get("a");
		}

	}

	/**
	 * A thread local as Micrometer's observations are: each value is the innermost scope.
	 */
	private static final class Scopes implements ThreadLocalAccessor<String> {

		private final Deque<String> open = new ArrayDeque<>();

		private final String key;

		private boolean broken;

		private boolean stuck;

		Scopes(String key) {
			this.key = key;
		}

		void open(String name) {
			this.open.push(name);
		}

		void close() {
			this.open.poll();
		}

		@Override
		public Object key() {
			return this.key;
		}

		@Override
		public String getValue() {
			if (this.broken) {
				throw new IllegalStateException("broken");
			}
			return this.open.peek();
		}

		@Override
		public void setValue(String value) {
			checkMovable();
			open(value);
		}

		@Override
		public void setValue() {
			open("none");
		}

		@Override
		public void restore(String previous) {
			close();
		}

		@Override
		public void restore() {
			checkMovable();
			close();
		}

		private void checkMovable() {
			if (this.stuck) {
				throw new IllegalStateException("stuck");
			}
		}

	}

}
