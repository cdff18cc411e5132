package dev.twisted.boot;

import java.util.Set;
import java.util.regex.Pattern;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Who may know whom among the modules, and how auto-configurations are written. Stands
 * here because this module sees the core and every family.
 */
@AnalyzeClasses(packages = "dev.twisted",
		importOptions = { ImportOption.DoNotIncludeTests.class, ArchitectureTests.DoNotIncludeJarsOfTests.class })
class ArchitectureTests {

	/** The packages of the core, which every family may use. Any other is a family. */
	private static final Set<String> CORE = Set.of("defer", "internet", "task", "endpoints", "protocols", "struct");

	private static final DescribedPredicate<JavaClass> THE_SPRING_SIDE = resideInAPackage("dev.twisted.boot..");

	@ArchTest
	static final ArchRule aFamilyKnowsTheCoreAndItself = noClasses().that(DescribedPredicate.not(THE_SPRING_SIDE))
		.should(knowOursBeyondTheCoreAndTheirFamily());

	@ArchTest
	static final ArchRule theLibraryKnowsNoSpring = noClasses().that(DescribedPredicate.not(THE_SPRING_SIDE))
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework..");

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("dev.twisted.(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule everyPackageSaysWhatMayBeNull = classes().that(THE_SPRING_SIDE)
		.should(resideInANullMarkedPackage());

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL)
		.andShould()
		.haveSimpleNameEndingWith("AutoConfiguration");

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicMembers = methods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule beanMethodsArePackagePrivate = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.bePackagePrivate();

	@ArchTest
	static final ArchRule beanMethodsLeaveConditionsOnClassesToTheirConfiguration = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.notBeAnnotatedWith(ConditionalOnClass.class);

	@ArchTest
	static final ArchRule postProcessorsAreMadeWithoutTheirConfiguration = methods().that()
		.areAnnotatedWith(Bean.class)
		.and()
		.haveRawReturnType(DescribedPredicate.or(JavaClass.Predicates.assignableTo(BeanPostProcessor.class),
				JavaClass.Predicates.assignableTo(BeanFactoryPostProcessor.class)))
		.should()
		.beStatic()
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule configurationsAreNotProxied = classes().that()
		.areMetaAnnotatedWith(Configuration.class)
		.should(notBeProxied());

	private static ArchCondition<JavaClass> knowOursBeyondTheCoreAndTheirFamily() {
		return new ArchCondition<>("depend on ours beyond the core and their own family") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				String family = family(type);
				for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
					String known = family(dependency.getTargetClass());
					boolean beyond = !known.isEmpty() && !known.equals(family) && !CORE.contains(known);
					events.add(new SimpleConditionEvent(dependency, beyond, dependency.getDescription()));
				}
			}

		};
	}

	private static String family(JavaClass type) {
		String[] path = type.getPackageName().split("\\.", -1);
		return (path.length > 2 && path[0].equals("dev") && path[1].equals("twisted")) ? path[2] : "";
	}

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

	private static ArchCondition<JavaClass> notBeProxied() {
		return new ArchCondition<>("not be proxied") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean proxied = type.isAnnotatedWith(Configuration.class)
						&& type.getAnnotationOfType(Configuration.class).proxyBeanMethods();
				events.add(new SimpleConditionEvent(type, !proxied,
						type.getName() + (proxied ? " is" : " is not") + " proxied"));
			}

		};
	}

	/**
	 * What other modules lend for tests comes in such jars.
	 */
	static final class DoNotIncludeJarsOfTests implements ImportOption {

		@Override
		public boolean includes(Location location) {
			return !location.matches(Pattern.compile(".*-tests\\.jar!.*"));
		}

	}

}
