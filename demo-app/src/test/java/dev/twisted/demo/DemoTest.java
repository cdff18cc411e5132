package dev.twisted.demo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * A test of the whole demo, on ports that are free.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "twisted.servers.echo.port=0", "twisted.servers.udp-echo.port=0",
				"twisted.servers.qa-line.port=0", "twisted.servers.qa-int32.port=0", "twisted.servers.private.port=0",
				"twisted.servers.pb.port=0" })
@interface DemoTest {

}
