package dev.twisted.demo;

import dev.twisted.demo.client.ClientApplication;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The servers; or, with {@code --demo.client=NAME}, a client of one of them.
 */
@SpringBootApplication
public class DemoApplication {

	/**
	 * Run the demo.
	 * @param args the command line
	 */
	public static void main(String[] args) {
		if (ClientApplication.isAskedFor(args)) {
			System.exit(ClientApplication.run(args));
		}
		SpringApplication.run(DemoApplication.class, args);
	}

}
