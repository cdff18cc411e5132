package dev.twisted.boot.autoconfigure.health;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Adds the health of the servers to the readiness group that Spring Boot has added.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class ReadinessGroupExtender implements HealthEndpointGroupsPostProcessor {

	private final ReadinessGroupObserver observer;

	ReadinessGroupExtender(ReadinessGroupObserver observer) {
		this.observer = observer;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		HealthEndpointGroup readiness = groups.get(ReadinessGroupObserver.READINESS);
		if (readiness == null || this.observer.definedByApplication()) {
			return groups;
		}
		return new ExtendedGroups(groups, new ExtendedGroup(readiness));
	}

}
