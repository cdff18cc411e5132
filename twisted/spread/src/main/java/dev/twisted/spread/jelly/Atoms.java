package dev.twisted.spread.jelly;

import dev.twisted.spread.banana.Bytes;

/**
 * The names of the types that everybody knows.
 */
final class Atoms {

	static final Bytes NONE = Bytes.utf8("None");

	static final Bytes BOOLEAN = Bytes.utf8("boolean");

	static final Bytes TRUE = Bytes.utf8("true");

	static final Bytes FALSE = Bytes.utf8("false");

	static final Bytes UNICODE = Bytes.utf8("unicode");

	static final Bytes LIST = Bytes.utf8("list");

	static final Bytes TUPLE = Bytes.utf8("tuple");

	static final Bytes DICTIONARY = Bytes.utf8("dictionary");

	static final Bytes SET = Bytes.utf8("set");

	static final Bytes FROZENSET = Bytes.utf8("frozenset");

	static final Bytes DECIMAL = Bytes.utf8("decimal");

	static final Bytes DATETIME = Bytes.utf8("datetime");

	static final Bytes DATE = Bytes.utf8("date");

	static final Bytes TIME = Bytes.utf8("time");

	static final Bytes TIMEDELTA = Bytes.utf8("timedelta");

	static final Bytes REFERENCE = Bytes.utf8("reference");

	static final Bytes DEREFERENCE = Bytes.utf8("dereference");

	static final Bytes PERSISTENT = Bytes.utf8("persistent");

	static final Bytes UNPERSISTABLE = Bytes.utf8("unpersistable");

	private Atoms() {
	}

}
