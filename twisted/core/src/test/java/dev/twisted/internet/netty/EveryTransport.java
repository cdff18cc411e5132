package dev.twisted.internet.netty;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.twisted.internet.EventLoopModel;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs a test class on each event loop model that this project is tested on; the class
 * has a {@link RunningReactor} for the model it is given.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@EnumSource(value = EventLoopModel.class, names = { "NIO", "EPOLL" })
public @interface EveryTransport {

}
