package dev.twisted.spread.jelly;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.twisted.spread.banana.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JellyTests {

	private final SecurityOptions security = new SecurityOptions().setUnjellyableForClass("shop.Point", Point.class);

	@Test
	void onlyRegisteredTypesComeIn() throws JellyException {
		List<Object> point = jelly("shop.Point",
				jelly("dictionary", List.of(jelly("unicode", "x"), 1), List.of(Bytes.utf8("y"), 2)));
		assertThat(unjelly(point)).isEqualTo(new Point(1, 2));
		for (String name : List.of("shop.Other", "java.lang.Runtime", "class", "module", "function", "instance",
				"method", "int")) {
			assertThatThrownBy(() -> unjelly(jelly(name, point))).isInstanceOf(InsecureJellyException.class)
				.hasMessageContaining(name);
		}
	}

	@Test
	void aRecordLacksNothingAndGetsTheTypesItHasDeclared() {
		assertThatThrownBy(() -> unjelly(jelly("shop.Point", jelly("dictionary", List.of(jelly("unicode", "x"), 1)))))
			.isInstanceOf(JellyException.class)
			.hasMessageContaining("y");
		assertThatThrownBy(() -> unjelly(jelly("shop.Point",
				jelly("dictionary", List.of(jelly("unicode", "x"), 1),
						List.of(jelly("unicode", "y"), jelly("unicode", "z"))))))
			.isInstanceOf(JellyException.class)
			.hasMessageContaining("int");
	}

	@Test
	void aTypeCanBeRegisteredOnce() {
		assertThatThrownBy(() -> this.security.setUnjellyableForClass("shop.Point", Point.class))
			.isInstanceOf(IllegalArgumentException.class);
		assertThatThrownBy(() -> this.security.setUnjellyableForClass("list", Point.class))
			.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void whatCannotBeSentIsAnErrorHere() {
		for (Object value : Arrays.asList(new Object(), new StringBuilder(), Thread.State.NEW, new Unregistered(1),
				List.of(new Object()), LocalDate.of(10_000, 1, 1), Duration.ofDays(1_000_000_000))) {
			assertThatThrownBy(() -> jellied(value)).isInstanceOf(JellyException.class);
		}
	}

	@Test
	void aCollectionOfNoOtherKindIsAList() throws JellyException {
		assertThat(jellied(new LinkedHashMap<>(Map.of("k", 1)).values())).isEqualTo(List.of(Bytes.utf8("list"), 1));
	}

	@Test
	void anObjectThatOccursTwiceIsReferredTo() throws JellyException {
		List<Object> one = new ArrayList<>(List.of(1));
		assertThat(jellied(List.of(one, one, one)).toString())
			.isEqualTo("['list', ['reference', 1, ['list', 1]], ['dereference', 1], ['dereference', 1]]");
		assertThat(jellied(List.of(List.of(), List.of())).toString()).isEqualTo("['list', ['list'], ['list']]");
	}

	@Test
	void whatContainsItselfIsReferredToInside() throws JellyException {
		List<Object> cyclic = new ArrayList<>();
		cyclic.add(Map.of("k", cyclic));
		Object back = unjelly(encoded(jellied(cyclic)));
		assertThat(((Map<?, ?>) ((List<?>) back).get(0)).get("k")).isSameAs(back);
	}

	@Test
	void aTupleMayContainItselfThroughAList() throws JellyException {
		Tuple tuple = (Tuple) unjelly(jelly("reference", 1, jelly("tuple", jelly("list", jelly("dereference", 1)))));
		assertThat(((List<?>) tuple.get(0)).get(0)).isSameAs(tuple);
	}

	@Test
	void objectsThatAreNestedTooDeepAreNotSent() {
		Object nested = 1;
		for (int i = 0; i < 200; i++) {
			nested = Collections.singletonList(nested);
		}
		Object deep = nested;
		assertThatThrownBy(() -> jellied(deep)).isInstanceOf(JellyException.class).hasMessageContaining("100 deep");
	}

	@Test
	void bytesInKeysCanBeFound() throws JellyException {
		Map<?, ?> map = (Map<?, ?>) unjelly(
				jelly("dictionary", List.of(Bytes.utf8("k"), 1), List.of(jelly("tuple", Bytes.utf8("k"), 2), 3)));
		assertThat(map.get(Bytes.utf8("k"))).isEqualTo(1);
		assertThat(map.get(Tuple.of(Bytes.utf8("k"), 2))).isEqualTo(3);
	}

	@Test
	void whatChangesIsNoKey() {
		for (String type : List.of("list", "dictionary", "set")) {
			assertThatThrownBy(() -> unjelly(jelly("set", jelly(type)))).isInstanceOf(JellyException.class);
			assertThatThrownBy(() -> unjelly(jelly("dictionary", List.of(jelly("tuple", jelly(type)), 1))))
				.isInstanceOf(JellyException.class);
		}
	}

	@Test
	void aKeyThatContainsItselfIsRefused() {
		assertThatThrownBy(() -> unjelly(jelly("set", jelly("reference", 1, jelly("tuple", jelly("dereference", 1))))))
			.isInstanceOf(JellyException.class);
	}

	@Test
	void keysThatAreMadeToCollideDoNotHoldTheLoop() {
		List<Object> set = jelly("set");
		for (int i = 0; i < 30_000; i++) {
			// Each has the same hash: 31 less in the first is made up for by the second.
			set.add(jelly("tuple", i, -31 * i));
		}
		assertThatThrownBy(() -> unjelly(set)).isInstanceOf(JellyException.class).hasMessageContaining("same hash");
	}

	@Test
	void keysOfSeveralTypesThatAreMadeToCollideDoNotHoldTheLoop() {
		List<Object> set = jelly("set");
		for (long i = 1; i <= 10_000; i++) {
			// The hash of a long is that of its halves, exclusive or.
			set.add((i << 32) | i);
			set.add(Double.longBitsToDouble((i << 32) | i));
		}
		assertThatThrownBy(() -> unjelly(set)).isInstanceOf(JellyException.class).hasMessageContaining("same hash");
	}

	@Test
	void manyMapsMayHaveTheSameKeys() throws JellyException {
		List<Object> rows = jelly("list");
		for (int i = 0; i < 20_000; i++) {
			rows.add(jelly("dictionary", List.of(jelly("unicode", "id"), i), List.of(jelly("tuple", 1, 2), i)));
		}
		assertThat((List<?>) unjelly(rows)).hasSize(20_000);
	}

	@Test
	void aKeyIsWeighedInTheRecordThatHidesIt() {
		SecurityOptions boxes = new SecurityOptions().setUnjellyableForClass("shop.Box", Box.class);
		List<Object> cyclic = jelly("reference", 1, jelly("list", jelly("dereference", 1)));
		List<Object> box = jelly("shop.Box",
				jelly("dictionary", List.of(jelly("unicode", "content"), jelly("dereference", 1))));
		assertThatThrownBy(
				() -> new Unjellier(boxes, Map.of(), null).unjelly(encoded(jelly("list", cyclic, jelly("set", box)))))
			.isInstanceOf(JellyException.class)
			.hasMessageContaining("neither a key");
	}

	@Test
	void aReferenceHasASmallNumber() {
		assertThatThrownBy(() -> unjelly(jelly("reference", jelly("list"), 1L << 40)))
			.isInstanceOf(JellyException.class);
	}

	@Test
	void aKeyThatTakesForEverToCompareIsRefused() {
		List<Object> key = jelly("tuple", 1);
		List<Object> shared = jelly("tuple", jelly("reference", 1, key), jelly("dereference", 1));
		for (int i = 2; i < 40; i++) {
			shared = jelly("tuple", jelly("reference", i, shared), jelly("dereference", i));
		}
		List<Object> hostile = shared;
		assertThatThrownBy(() -> unjelly(jelly("set", hostile))).isInstanceOf(JellyException.class)
			.hasMessageContaining("1000");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 1 1", "-5 1 1", "10000 1 1", "2024 2 30", "2024 2", "2024 2 29 1", "a b c", "",
			"99999999999 1 1" })
	void whatIsNoDateIsRefused(String text) {
		assertThatThrownBy(() -> unjelly(jelly("date", Bytes.utf8(text)))).isInstanceOf(JellyException.class);
	}

	@Test
	void aTimeThatNobodyCouldSendBackIsRefused() {
		assertThatThrownBy(() -> unjelly(jelly("timedelta", Bytes.utf8("1000000000 0 0"))))
			.isInstanceOf(JellyException.class);
		assertThatThrownBy(() -> unjelly(jelly("datetime", Bytes.utf8("0 1 1 0 0 0 0"))))
			.isInstanceOf(JellyException.class);
	}

	@Test
	void malformedJellyIsRefused() {
		for (Object sexp : List.of(List.of(), List.of(1), List.of(List.of()), jelly("unicode"), jelly("unicode", 1),
				jelly("unicode", Bytes.of(new byte[] { -1 })), jelly("boolean", Bytes.utf8("maybe")),
				jelly("dictionary", 1), jelly("dictionary", List.of(1)), jelly("decimal", 1),
				jelly("decimal", 1, 1_000_000), jelly("decimal", 1.5, 1), jelly("dereference", 1),
				jelly("reference", 1), jelly("list", jelly("reference", 1, 1), jelly("reference", 1, 1)))) {
			assertThatThrownBy(() -> unjelly(sexp)).isInstanceOf(JellyException.class);
		}
	}

	@Test
	void timesHaveMicrosecondsAndADurationMayBeNegative() throws JellyException {
		assertThat(jellied(LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789_999)))
			.isEqualTo(List.of(Bytes.utf8("datetime"), "2024 2 29 12 34 56 789"));
		assertThat(jellied(Duration.ofMillis(-1))).isEqualTo(List.of(Bytes.utf8("timedelta"), "-1 86399 999000"));
		assertThat(unjelly(jelly("timedelta", Bytes.utf8("-1 86399 999000")))).isEqualTo(Duration.ofMillis(-1));
		assertThat(unjelly(jelly("decimal", -1, 3))).isEqualTo(new BigDecimal("-1E+3"));
	}

	@Test
	void aNumberIsConvertedOnlyIfNothingIsLost() throws JellyException {
		assertThat(Conversion.to(long.class).convert(5)).isEqualTo(5L);
		assertThat(Conversion.to(double.class).convert(5)).isEqualTo(5.0);
		assertThat(Conversion.to(short.class).convert(5)).isEqualTo((short) 5);
		assertThat(Conversion.to(Long.class).convert(null)).isNull();
		assertThat(Conversion.to(float.class).convert(5)).isEqualTo(5f);
		assertThat(Conversion.to(BigDecimal.class).convert(BigInteger.TWO.pow(64)))
			.isEqualTo(new BigDecimal(BigInteger.TWO.pow(64)));
		assertThatThrownBy(() -> Conversion.to(float.class).convert((1 << 24) + 1)).isInstanceOf(JellyException.class);
		for (Class<?> type : List.of(int.class, short.class, byte.class, boolean.class, String.class)) {
			assertThatThrownBy(() -> Conversion.to(type).convert(1L << 40)).isInstanceOf(JellyException.class);
		}
		assertThatThrownBy(() -> Conversion.to(int.class).convert(null)).isInstanceOf(JellyException.class);
		assertThatThrownBy(() -> Conversion.to(double.class).convert((1L << 53) + 1))
			.isInstanceOf(JellyException.class);
	}

	@Test
	void aRecordSaysWhichOfItsComponentsDoesNotFit() {
		assertThatThrownBy(() -> unjelly(jelly("shop.Point",
				jelly("dictionary", List.of(jelly("unicode", "x"), 1L << 40), List.of(jelly("unicode", "y"), 1)))))
			.isInstanceOf(JellyException.class)
			.hasMessageContainingAll("x of 'shop.Point'", "int");
	}

	@Test
	void whatIsInsideIsConvertedAsFarAsItsTypeIsDeclared() throws Exception {
		assertThat(converted("longs", mutable(Arrays.asList(1, null, 1L << 40))))
			.isEqualTo(Arrays.asList(1L, null, 1L << 40));
		assertThat(converted("longs", Tuple.of(1))).isInstanceOf(Tuple.class).isEqualTo(List.of(1L));
		assertThat(converted("nested", mutable(Map.of("a", mutable(Set.of(1))))))
			.isEqualTo(Map.of("a", Set.of((short) 1)));
		assertThat(converted("nested", mutable(Map.of("a", FrozenSet.copyOf(List.of(1))))))
			.isEqualTo(Map.of("a", Set.of((short) 1)));
		assertThat(converted("wild", mutable(List.of(1)))).isEqualTo(List.of(1.0));
		assertThat(converted("keys", mutable(Map.of(1, "one")))).isEqualTo(Map.of(1L, "one"));
		assertThatThrownBy(() -> converted("longs", mutable(List.of("one")))).isInstanceOf(JellyException.class)
			.hasMessageContaining("Long is wanted, not String");
		assertThatThrownBy(() -> converted("nested", mutable(Map.of(Bytes.utf8("a"), mutable(Set.of(1))))))
			.isInstanceOf(JellyException.class);
	}

	@Test
	void whatNeedsNoConversionStaysTheSameObject() throws Exception {
		List<Object> anything = mutable(List.of(1, "two"));
		assertThat(converted("anything", anything)).isSameAs(anything);
		List<Object> longs = mutable(List.of(1L << 40));
		assertThat(converted("longs", longs)).isSameAs(longs);
	}

	@Test
	void whatOccursOftenIsConvertedOnce() throws Exception {
		List<Object> inner = mutable(Collections.nCopies(100_000, 1));
		List<Object> middle = mutable(Collections.nCopies(100_000, inner));
		List<?> outer = (List<?>) converted("deep", mutable(Collections.nCopies(100_000, middle)));
		List<?> first = (List<?>) outer.get(0);
		assertThat(outer.get(99_999)).isSameAs(first);
		assertThat(((List<?>) first.get(0)).get(0)).isEqualTo(1L);
	}

	private static Object converted(String component, Object value) throws JellyException {
		Type type = Arrays.stream(Declared.class.getRecordComponents())
			.filter((each) -> each.getName().equals(component))
			.findFirst()
			.orElseThrow()
			.getGenericType();
		return Conversion.to(type).convert(value);
	}

	private static List<Object> mutable(List<?> list) {
		return new ArrayList<>(list);
	}

	private static Set<Object> mutable(Set<?> set) {
		return new LinkedHashSet<>(set);
	}

	private static Map<Object, Object> mutable(Map<?, ?> map) {
		return new LinkedHashMap<>(map);
	}

	private Object jellied(Object value) throws JellyException {
		return new Jellier(this.security, null, 100).jelly(value);
	}

	private Object unjelly(Object sexp) throws JellyException {
		return new Unjellier(this.security, Map.of(), null).unjelly(encoded(sexp));
	}

	/** As it comes in: text is bytes then. */
	private static Object encoded(Object sexp) {
		if (sexp instanceof String text) {
			return Bytes.utf8(text);
		}
		return (sexp instanceof List<?> list) ? list.stream().map(JellyTests::encoded).toList() : sexp;
	}

	private static List<Object> jelly(String type, Object... content) {
		List<Object> sexp = new ArrayList<>();
		sexp.add(Bytes.utf8(type));
		sexp.addAll(Arrays.asList(content));
		return sexp;
	}

	/** Something that is registered. */
	record Point(int x, int y) {

	}

	/** Things that have something inside. */
	record Declared<T extends List<T>>(List<Long> longs, Map<String, Set<Short>> nested, List<? extends Double> wild,
			Map<Long, ?> keys, List<Object> anything, List<List<List<Long>>> deep, Map<T, T[]> recursive) {

	}

	/** Something that may hide a lot. */
	record Box(Object content) {

	}

	/** Something that is not. */
	record Unregistered(int x) {

	}

}
