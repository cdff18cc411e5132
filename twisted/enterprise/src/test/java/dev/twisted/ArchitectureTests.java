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
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

/**
 * Whom this family of the library may know: what is below it, and no other family.
 */
@AnalyzeClasses(packages = "dev.twisted.enterprise", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final DescribedPredicate<JavaClass> FOUNDATION = resideInAnyPackage("", "java..",
			"org.jspecify.annotations", "org.slf4j..");

	@ArchTest
	static final ArchRule databasesKnowTheContractsAndR2dbc = classes().should()
		.onlyDependOnClassesThat(
				FOUNDATION.or(resideInAnyPackage("dev.twisted.defer", "dev.twisted.internet", "dev.twisted.enterprise",
						"io.r2dbc.spi", "reactor.core..", "reactor.util..", "org.reactivestreams..")));

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
