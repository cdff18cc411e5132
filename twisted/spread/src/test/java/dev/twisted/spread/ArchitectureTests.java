package dev.twisted.spread;

import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Who may know whom inside this family. A new package needs its own rule here.
 */
@AnalyzeClasses(packages = "dev.twisted.spread", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final DescribedPredicate<JavaClass> FOUNDATION = resideInAnyPackage("", "java..",
			"org.jspecify.annotations", "org.slf4j..");

	@ArchTest
	static final ArchRule bananaKnowsBuffersOnly = classes().that()
		.resideInAPackage("dev.twisted.spread.banana")
		.should()
		.onlyDependOnClassesThat(
				FOUNDATION.or(resideInAnyPackage("dev.twisted.spread.banana", "io.netty.buffer", "io.netty.util")));

	@ArchTest
	static final ArchRule jellyKnowsBananaOnly = classes().that()
		.resideInAPackage("dev.twisted.spread.jelly")
		.should()
		.onlyDependOnClassesThat(
				FOUNDATION.or(resideInAnyPackage("dev.twisted.spread.banana", "dev.twisted.spread.jelly")));

	@ArchTest
	static final ArchRule credentialsKnowDeferredsOnly = classes().that()
		.resideInAPackage("dev.twisted.spread.cred")
		.should()
		.onlyDependOnClassesThat(FOUNDATION.or(resideInAnyPackage("dev.twisted.spread.cred", "dev.twisted.defer")));

	@ArchTest
	static final ArchRule theBrokerKnowsTheCoreAndThisFamily = classes().that()
		.resideInAPackage("dev.twisted.spread.pb")
		.should()
		.onlyDependOnClassesThat(
				FOUNDATION.or(resideInAnyPackage("dev.twisted.spread..", "dev.twisted.defer", "dev.twisted.internet",
						"dev.twisted.endpoints", "io.netty.buffer", "reactor.core.publisher", "org.reactivestreams")));

	@ArchTest
	static final ArchRule javasOwnSerializationIsUsedNowhere = noClasses().should()
		.dependOnClassesThat()
		.belongToAnyOf(ObjectInput.class, ObjectInputStream.class, ObjectOutput.class, ObjectOutputStream.class,
				Externalizable.class);

	@ArchTest
	static final ArchRule everyPackageHasARuleHere = classes().should()
		.resideInAnyPackage("dev.twisted.spread.banana", "dev.twisted.spread.jelly", "dev.twisted.spread.cred",
				"dev.twisted.spread.pb");

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("dev.twisted.spread.(**)").should().beFreeOfCycles();

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
