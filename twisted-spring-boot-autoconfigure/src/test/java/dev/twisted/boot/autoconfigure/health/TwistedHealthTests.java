package dev.twisted.boot.autoconfigure.health;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.TwistedServersAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

@Timeout(60)
class TwistedHealthTests {

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class,
				TwistedHealthContributorAutoConfiguration.class, TwistedReadinessAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare.withUserConfiguration(Echo.class, Datagrams.class)
		.withPropertyValues("twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1",
				"twisted.servers.udp.port=0", "twisted.servers.udp.address=127.0.0.1");

	private final ApplicationContextRunner actuator = this.runner
		.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class,
				ApplicationAvailabilityAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, AvailabilityHealthContributorAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class, HealthEndpointAutoConfiguration.class));

	@Test
	void aRunningReactorIsUpAndSaysWhatListensWhere() {
		this.runner.run((context) -> {
			Health health = health(context);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("eventLoops", 1)
				.containsEntry("connections", 0)
				.containsKeys("eventLoopModel", "lagMillis");
			String port = context.getEnvironment().getProperty("local.twisted.echo.port");
			assertThat(health.getDetails()).extractingByKey("servers", MAP)
				.containsEntry("echo", Map.of("tcp", "127.0.0.1:" + port, "connections", 0))
				.containsEntry("udp",
						Map.of("udp", "127.0.0.1:" + context.getEnvironment().getProperty("local.twisted.udp.port")));
		});
	}

	@Test
	void aReactorThatDoesNotAnswerIsDown() {
		this.runner.run((context) -> {
			CountDownLatch blocked = new CountDownLatch(1);
			context.getBean(Reactor.class).callFromThread(blocked::await);
			Health health = health(context);
			blocked.countDown();
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).extractingByKey("error")
				.asString()
				.contains("has not answered within 750 ms");
		});
	}

	@Test
	void aServerThatNoLongerListensIsDown() {
		this.runner.run((context) -> {
			context.getBean(Reactor.class)
				.<@Nullable Object>blockingCallFromThread(
						() -> context.getBean(TwistedRuntime.class).servers().get(0).port().stopListening());
			Health health = health(context);
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails().toString()).contains("tcp=closed");
		});
	}

	@Test
	void whileTheServersDrainTheyAreOutOfService() {
		this.runner.run((context) -> {
			Deferred<@Nullable Void> job = new Deferred<>();
			Reactor reactor = context.getBean(Reactor.class);
			reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> job);
			context.getBeansOfType(SmartLifecycle.class).get("twistedLifecycle").stop(() -> {
			});
			Health health = health(context);
			reactor.callFromThread(() -> job.callback(null));
			assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(health.getDetails()).containsEntry("state", "draining").containsKey("servers");
		});
	}

	@Test
	void stoppedServersAreOutOfService() {
		this.runner.run((context) -> {
			context.stop();
			assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		});
	}

	@Test
	void aReactorThatTheApplicationHasStoppedIsDown() {
		this.runner.run((context) -> {
			CountDownLatch ended = new CountDownLatch(1);
			context.getBean(Reactor.class).stop().addBoth((result, failure) -> {
				ended.countDown();
				return null;
			});
			ended.await();
			assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
		});
	}

	@Test
	void aReactorThatNobodyNeedsIsNeitherUpNorDown() {
		this.bare.run((context) -> assertThat(health(context).getStatus()).isEqualTo(Status.UNKNOWN));
	}

	@Test
	void theIndicatorCanBeSwitchedOff() {
		this.runner.withPropertyValues("management.health.twisted.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(TwistedHealthIndicator.class)
				.doesNotHaveBean(ReadinessGroupExtender.class));
	}

	@Test
	void anIndicatorOfTheApplicationsOwnWins() {
		this.runner
			.withBean("twistedHealthIndicator", ReactiveHealthIndicator.class,
					() -> () -> Mono.just(Health.up().build()))
			.run((context) -> assertThat(context).doesNotHaveBean(TwistedHealthIndicator.class));
	}

	@Test
	void withoutTheHealthModuleThereIsNoIndicatorAndNoComplaint() {
		this.runner.withClassLoader(new FilteredClassLoader(ReactiveHealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("twistedHealthIndicator"));
	}

	@Test
	void withoutActuatorReadinessIsLeftAlone() {
		this.runner
			.withClassLoader(new FilteredClassLoader(Endpoint.class.getPackageName(),
					"org.springframework.boot.actuate.endpoint.web"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(TwistedHealthIndicator.class)
				.doesNotHaveBean(ReadinessGroupExtender.class));
	}

	@Test
	void theServersArePartOfReadiness() {
		this.actuator.run((context) -> {
			HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
			assertThat(groups.get("readiness")).satisfies((group) -> {
				assertThat(group.isMember("twisted")).isTrue();
				assertThat(group.isMember("readinessState")).isTrue();
				assertThat(group.isMember("diskSpace")).isFalse();
			});
			assertThat(groups.get("liveness")).satisfies((group) -> assertThat(group.isMember("twisted")).isFalse());
		});
	}

	@Test
	void theReadinessGroupKeepsItsAdditionalPath() {
		this.actuator.withPropertyValues("management.endpoint.health.probes.add-additional-paths=true")
			.run((context) -> {
				HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
				assertThat(groups.get("readiness").getAdditionalPath()).hasToString("server:/readyz");
				assertThat(groups.get(groups.get("readiness").getAdditionalPath()))
					.satisfies((group) -> assertThat(group.isMember("twisted")).isTrue());
			});
	}

	@Test
	void aReadinessGroupOfTheApplicationsOwnIsLeftAlone() {
		this.actuator.withPropertyValues("management.endpoint.health.group.readiness.include=readinessState")
			.run((context) -> assertThat(context.getBean(HealthEndpointGroups.class).get("readiness"))
				.satisfies((group) -> assertThat(group.isMember("twisted")).isFalse()));
	}

	@Test
	void withoutProbesThereIsNoReadinessGroup() {
		this.actuator.withPropertyValues("management.endpoint.health.probes.enabled=false")
			.run((context) -> assertThat(context.getBean(HealthEndpointGroups.class).get("readiness")).isNull());
	}

	private static Health health(ApplicationContext context) {
		return context.getBean(TwistedHealthIndicator.class).health().block();
	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@ProtocolHandler("udp")
	static class Datagrams extends DatagramProtocol {

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			transport().write(data, address);
		}

	}

}
