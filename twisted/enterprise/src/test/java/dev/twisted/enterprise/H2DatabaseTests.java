package dev.twisted.enterprise;

import dev.twisted.testing.TestDatabase;

class H2DatabaseTests extends DatabaseTests {

	H2DatabaseTests() {
		super(TestDatabase.H2);
	}

}
