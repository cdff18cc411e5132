package dev.twisted.boot.autoconfigure.enterprise;

import java.util.Set;

import dev.twisted.enterprise.ConnectionPool;
import org.springframework.boot.sql.init.dependency.AbstractBeansOfTypeDependsOnDatabaseInitializationDetector;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;

/**
 * {@link DependsOnDatabaseInitializationDetector} for the {@link ConnectionPool}: who
 * asks it finds the tables that the application's scripts make.
 */
final class ConnectionPoolDependsOnDatabaseInitializationDetector
		extends AbstractBeansOfTypeDependsOnDatabaseInitializationDetector {

	@Override
	protected Set<Class<?>> getDependsOnDatabaseInitializationBeanTypes() {
		return Set.of(ConnectionPool.class);
	}

}
