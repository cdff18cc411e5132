package dev.twisted.internet.netty;

import java.lang.reflect.Field;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorAlreadyInstalledException;
import dev.twisted.internet.Reactors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ReactorsTests {

	@BeforeEach
	@AfterEach
	void forget() throws Exception {
		Field installed = Reactors.class.getDeclaredField("installed");
		installed.setAccessible(true);
		installed.set(null, null);
	}

	@Test
	void theReactorIsTheSameForAll() {
		assertThat(Reactors.reactor()).isSameAs(Reactors.reactor());
	}

	@Test
	void theReactorHasTheModelThatWasInstalledBefore() {
		Reactors.install(EventLoopModel.NIO);
		assertThat(Reactors.reactor().statistics().eventLoopModel()).isEqualTo("nio");
	}

	@Test
	void aReactorOfOnesOwnMayBeInstalled() {
		Reactor own = new ReactorBuilder().eventLoopModel(EventLoopModel.EPOLL).build();
		Reactors.install(own);
		assertThat(Reactors.reactor()).isSameAs(own);
	}

	@Test
	void theReactorHasOneEventLoopIfNothingElseIsAskedFor() {
		assertThat(Reactors.reactor().statistics().eventLoops()).isOne();
	}

	@Test
	void aModelInstalledTooLateIsRefusedAndNamesTheModelThereIs() {
		Reactors.install(EventLoopModel.NIO);
		Reactor first = Reactors.reactor();
		assertThatExceptionOfType(ReactorAlreadyInstalledException.class)
			.isThrownBy(() -> Reactors.install(EventLoopModel.EPOLL))
			.withMessageContaining("nio event loops")
			.withMessageContaining("before anything calls Reactors.reactor()");
		assertThat(Reactors.reactor()).isSameAs(first);
	}

	@Test
	void askingForTheReactorInstallsIt() {
		Reactors.reactor();
		assertThatExceptionOfType(ReactorAlreadyInstalledException.class)
			.isThrownBy(() -> Reactors.install(new ReactorBuilder().eventLoopModel(EventLoopModel.NIO).build()));
	}

	@Test
	void aModelThatIsNotThereIsRefusedAndNothingIsInstalled() {
		// This test runs on Linux, which has no kqueue.
		assertThatIllegalStateException().isThrownBy(() -> Reactors.install(EventLoopModel.KQUEUE))
			.withMessageContaining("'kqueue' cannot be used here");
		Reactors.install(EventLoopModel.NIO);
		assertThat(Reactors.reactor().statistics().eventLoopModel()).isEqualTo("nio");
	}

}
