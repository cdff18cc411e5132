package dev.twisted.boot.autoconfigure.health;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Looks at the health groups before Spring Boot adds its own, to know whether the
 * application has a readiness group already.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ReadinessGroupObserver implements HealthEndpointGroupsPostProcessor {

	static final String READINESS = "readiness";

	private boolean definedByApplication;

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		this.definedByApplication = (groups.get(READINESS) != null);
		return groups;
	}

	boolean definedByApplication() {
		return this.definedByApplication;
	}

}
