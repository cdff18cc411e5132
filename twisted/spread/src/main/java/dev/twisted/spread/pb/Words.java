package dev.twisted.spread.pb;

import java.util.List;

import dev.twisted.spread.banana.Bytes;

/**
 * The words of messages and references.
 */
final class Words {

	static final Bytes VERSION = Bytes.utf8("version");

	static final Bytes MESSAGE = Bytes.utf8("message");

	static final Bytes CACHEMESSAGE = Bytes.utf8("cachemessage");

	static final Bytes ANSWER = Bytes.utf8("answer");

	static final Bytes ERROR = Bytes.utf8("error");

	static final Bytes DECREF = Bytes.utf8("decref");

	static final Bytes DECACHE = Bytes.utf8("decache");

	static final Bytes UNCACHE = Bytes.utf8("uncache");

	static final Bytes DID_NOT_UNDERSTAND = Bytes.utf8("didNotUnderstand");

	static final Bytes ROOT = Bytes.utf8("root");

	static final Bytes REMOTE = Bytes.utf8("remote");

	static final Bytes LOCAL = Bytes.utf8("local");

	static final Bytes CACHED = Bytes.utf8("cached");

	static final Bytes LCACHE = Bytes.utf8("lcache");

	private Words() {
	}

	/** What a peer has sent where a number or a name belongs, short enough for a log. */
	static String shown(Object expression) {
		return (expression instanceof List) ? "a list" : expression.toString();
	}

}
