package dev.twisted.enterprise;

import dev.twisted.testing.TestDatabase;

class MariaDbDatabaseTests extends DatabaseTests {

	MariaDbDatabaseTests() {
		super(TestDatabase.MARIADB);
	}

}
