package dev.twisted.enterprise;

import dev.twisted.testing.TestDatabase;

class MariaDbStatementTests extends StatementTests {

	MariaDbStatementTests() {
		super(TestDatabase.MARIADB);
	}

}
