package dev.twisted.boot.autoconfigure;

/**
 * The process of {@link AheadOfTimeTests}.
 */
public final class AheadOfTimeProcess {

	private AheadOfTimeProcess() {
	}

	public static void main(String[] args) throws Exception {
		AheadOfTimeTests.answer(args[0]);
	}

}
