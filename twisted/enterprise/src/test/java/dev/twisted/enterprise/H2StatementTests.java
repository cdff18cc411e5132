package dev.twisted.enterprise;

import dev.twisted.testing.TestDatabase;

class H2StatementTests extends StatementTests {

	H2StatementTests() {
		super(TestDatabase.H2);
	}

}
