package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * References that came together and go together, but for those that somebody keeps.
 */
final class Loan {

	private @Nullable List<RemoteReference> references;

	void add(RemoteReference reference) {
		List<RemoteReference> lent = this.references;
		if (lent == null) {
			lent = new ArrayList<>(2);
			this.references = lent;
		}
		lent.add(reference);
	}

	void giveBack() {
		List<RemoteReference> lent = this.references;
		if (lent != null) {
			this.references = null;
			lent.forEach(RemoteReference::giveBackUnlessKept);
		}
	}

}
