package dev.twisted.protocols;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.internet.ConnectionDone;
import org.junit.jupiter.api.Test;

import static dev.twisted.protocols.FakeTransport.receive;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

class StatefulStringProtocolTests {

	private final List<String> events = new ArrayList<>();

	private final Login login = new Login();

	private final FakeTransport transport = FakeTransport.connect(this.login);

	@Test
	void eachHandlerSaysWhoTakesTheNextString() {
		receive(this.login, "4:anna,5:wrong,6:secret,");
		assertThat(this.events).containsExactly("name anna", "password wrong", "password secret");
	}

	@Test
	void theLastStateClosesTheConnection() {
		receive(this.login, "4:anna,6:secret,4:late,");
		assertThat(this.events).containsExactly("name anna", "password secret");
		assertThat(this.transport.reason).isSameAs(ConnectionDone.FAILURE);
		assertThat(this.login.state.state()).isSameAs(StatefulStringProtocol.DONE);
	}

	@Test
	void aHandlerThatDoesNotSayWhatComesNextClosesTheConnectionWithThatReason() {
		receive(this.login, "6:nobody,");
		assertThat(this.transport.reason.value()).isInstanceOf(IllegalStateException.class)
			.hasMessage("A handler of Login has not said who takes the next string");
	}

	private final class Login extends NetstringReceiver {

		private final StatefulStringProtocol state = new StatefulStringProtocol(this, this::name);

		@Override
		protected void stringReceived(byte[] string) throws Exception {
			this.state.stringReceived(string);
		}

		private StatefulStringProtocol.State name(byte[] name) {
			String text = new String(name, ISO_8859_1);
			StatefulStringProtocolTests.this.events.add("name " + text);
			return text.equals("nobody") ? null : this::password;
		}

		private StatefulStringProtocol.State password(byte[] password) {
			String text = new String(password, ISO_8859_1);
			StatefulStringProtocolTests.this.events.add("password " + text);
			return text.equals("secret") ? StatefulStringProtocol.DONE : this::password;
		}

	}

}
