package dev.twisted.enterprise;

/**
 * What an interaction executes its statements with: they all belong to one transaction.
 * It is good until the interaction is over.
 * <p>
 * Statements are executed one after another, in the order in which they were begun, and
 * all are waited for before the commit. So who waits for a statement while reading a
 * stream of the same transaction waits for ever, or until the time is up. Once the
 * database has undone the transaction by itself, as after a deadlock, nothing more can be
 * executed.
 * <p>
 * A statement that fails does not end the transaction if that is dealt with: by an
 * errback, say, or by {@code recover}. If its failure is still there in its Deferred when
 * the interaction is at its end, all is rolled back.
 */
public final class Transaction extends Lent {

	Transaction(LeasedStatements origin, Lease lease) {
		super(origin, lease);
	}

}
