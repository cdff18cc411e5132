package dev.twisted;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Who may know whom inside the library. A new package needs its own rule here.
 */
@AnalyzeClasses(packages = "dev.twisted", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	/** What everything stands on. The package without a name is that of primitives. */
	private static final DescribedPredicate<JavaClass> FOUNDATION = resideInAnyPackage("", "java..", "javax.net.ssl..",
			"org.jspecify.annotations", "org.slf4j..");

	@ArchTest
	static final ArchRule deferredsKnowNoEventLoop = classes().that()
		.resideInAPackage("dev.twisted.defer..")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.defer..", "reactor.core..",
				"reactor.adapter", "reactor.util..", "org.reactivestreams..", "io.micrometer.context")));

	@ArchTest
	static final ArchRule theContractsKnowDeferredsAndOfNettyOnlyItsBuffer = classes().that()
		.resideInAPackage("dev.twisted.internet")
		.should()
		.onlyDependOnClassesThat(FOUNDATION
			.or(resideInAnyPackage("dev.twisted.defer", "dev.twisted.internet", "reactor.core..", "reactor.util..",
					"org.reactivestreams.."))
			.or(equivalentTo(ByteBuf.class)));

	@ArchTest
	static final ArchRule theImplementationKnowsTheContractsAndNetty = classes().that()
		.resideInAPackage("dev.twisted.internet.netty..")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.defer", "dev.twisted.internet",
				"dev.twisted.internet.netty..", "io.netty..", "reactor..", "org.reactivestreams..")));

	@ArchTest
	static final ArchRule onlyTheDoorsOfTheImplementationArePublic = classes().that()
		.resideInAPackage("dev.twisted.internet.netty..")
		.and()
		.arePublic()
		.should()
		.haveSimpleName("ReactorBuilder")
		.orShould()
		.haveSimpleName("NettyReactorProvider")
		.orShould()
		.haveSimpleName("ReactorLoops");

	@ArchTest
	static final ArchRule certificatesKnowTheContracts = classes().that()
		.resideInAPackage("dev.twisted.internet.ssl..")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.internet", "dev.twisted.internet.ssl")));

	@ArchTest
	static final ArchRule theProxyProtocolKnowsTheContractsAndBuffers = classes().that()
		.resideInAPackage("dev.twisted.protocols.haproxy..")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.internet",
				"dev.twisted.protocols.haproxy", "io.netty.buffer", "io.netty.util")));

	@ArchTest
	static final ArchRule policiesKnowTheContractsAndBuffers = classes().that()
		.resideInAPackage("dev.twisted.protocols.policies..")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.defer", "dev.twisted.internet",
				"dev.twisted.protocols.policies", "io.netty.buffer", "io.netty.util")));

	@ArchTest
	static final ArchRule tasksKnowTheContractsAndNoImplementation = classes().that()
		.resideInAPackage("dev.twisted.task..")
		.should()
		.onlyDependOnClassesThat(
				FOUNDATION.or(resideInAnyPackage("dev.twisted.defer", "dev.twisted.internet", "dev.twisted.task..")));

	@ArchTest
	static final ArchRule endpointsKnowTheContractsAndNoImplementation = classes().that()
		.resideInAPackage("dev.twisted.endpoints..")
		.should()
		.onlyDependOnClassesThat(FOUNDATION
			.or(resideInAnyPackage("dev.twisted.defer", "dev.twisted.internet", "dev.twisted.internet.ssl",
					"dev.twisted.protocols.haproxy", "dev.twisted.endpoints", "io.netty.buffer")));

	@ArchTest
	static final ArchRule protocolsKnowTheContractsAndOfNettyOnlyItsBuffers = classes().that()
		.resideInAPackage("dev.twisted.protocols")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.defer", "dev.twisted.internet",
				"dev.twisted.protocols", "dev.twisted.struct", "io.netty.buffer")));

	@ArchTest
	static final ArchRule structsKnowNothing = classes().that()
		.resideInAPackage("dev.twisted.struct..")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.struct..")));

	@ArchTest
	static final ArchRule everyPackageHasARuleHere = classes().should()
		.resideInAnyPackage("dev.twisted.defer", "dev.twisted.endpoints", "dev.twisted.internet",
				"dev.twisted.internet.netty", "dev.twisted.internet.ssl", "dev.twisted.protocols",
				"dev.twisted.protocols.haproxy", "dev.twisted.protocols.policies", "dev.twisted.struct",
				"dev.twisted.task");

	@ArchTest
	static final ArchRule nothingKnowsSpring = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "jakarta..");

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("dev.twisted.(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule everyPackageSaysWhatMayBeNull = classes().should(resideInANullMarkedPackage());

	private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
		return new ArchCondition<>("reside in a package annotated with @NullMarked") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
				events.add(new SimpleConditionEvent(type, marked,
						type.getPackageName() + (marked ? " is" : " is not") + " annotated with @NullMarked"));
			}

		};
	}

}
