package dev.twisted.boot.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.ProtocolHandlerAdapter;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Finds the handlers among the beans of a context, without making any.
 */
final class HandlerDiscoverer {

	private final ConfigurableListableBeanFactory beanFactory;

	private final HandlerAnnotations<ProtocolHandler> annotations;

	HandlerDiscoverer(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.annotations = new HandlerAnnotations<>(beanFactory, ProtocolHandler.class);
	}

	/**
	 * The handlers, in the order in which their beans are defined.
	 * @return the handlers
	 * @throws FailureAnalyzedException if a bean cannot be a handler
	 */
	List<Handler> discover() {
		List<Handler> handlers = new ArrayList<>();
		for (Iterator<String> names = this.beanFactory.getBeanNamesIterator(); names.hasNext();) {
			String beanName = names.next();
			if (!isAbstract(beanName)) {
				ProtocolHandler annotation = this.annotations.find(beanName);
				if (annotation != null) {
					handlers.add(handler(beanName, annotation));
				}
			}
		}
		return handlers;
	}

	private boolean isAbstract(String beanName) {
		if (!this.beanFactory.containsBeanDefinition(beanName)) {
			return false;
		}
		BeanDefinition definition = this.beanFactory.getBeanDefinition(beanName);
		return definition.isAbstract();
	}

	private Handler handler(String beanName, ProtocolHandler annotation) {
		Class<?> type = this.annotations.type(beanName);
		HandlerKind kind = kind(type);
		if (type == null || kind == null) {
			throw wrongType(beanName, type);
		}
		Handler handler = new Handler(beanName, ClassUtils.getUserClass(type), kind,
				Arrays.stream(annotation.value()).distinct().toList());
		checkServers(handler);
		checkScope(handler);
		return handler;
	}

	private @Nullable HandlerKind kind(@Nullable Class<?> type) {
		HandlerKind kind = HandlerKind.of(type);
		boolean adapted = kind == null && type != null && adapters().anyMatch((adapter) -> adapter.supports(type));
		return adapted ? HandlerKind.ADAPTED : kind;
	}

	private Stream<ProtocolHandlerAdapter> adapters() {
		return this.beanFactory.getBeanProvider(ProtocolHandlerAdapter.class).orderedStream();
	}

	private void checkServers(Handler handler) {
		if (handler.servers().isEmpty() || !handler.servers().stream().allMatch(StringUtils::hasText)) {
			throw new FailureAnalyzedException(
					"The %s is annotated with @ProtocolHandler without the name of a server.".formatted(handler),
					"Name the server, such as @ProtocolHandler(\"echo\") for twisted.servers.echo.");
		}
	}

	private void checkScope(Handler handler) {
		if (handler.kind() == HandlerKind.PROTOCOL && this.beanFactory.isSingleton(handler.beanName())) {
			throw new FailureAnalyzedException(
					"The %s is a Protocol and a singleton, so all connections would share it.".formatted(handler),
					"Define it with @ProtocolHandler on a class or a @Bean method and without another scope, or provide a Factory.");
		}
		if (handler.kind() == HandlerKind.DATAGRAM_PROTOCOL && handler.servers().size() > 1
				&& this.beanFactory.isSingleton(handler.beanName())) {
			throw new FailureAnalyzedException(
					"The %s is one DatagramProtocol for several servers (%s), but it can have one port only."
						.formatted(handler, String.join(", ", handler.servers())),
					"Give it the scope 'prototype', so that each server gets its own, or name one server only.");
		}
	}

	private FailureAnalyzedException wrongType(String beanName, @Nullable Class<?> type) {
		String others = adapters().map((adapter) -> " nor " + adapter.description()).collect(Collectors.joining());
		return new FailureAnalyzedException(
				"The bean '%s' is annotated with @ProtocolHandler, but its type, %s, is neither a Protocol nor a Factory nor a DatagramProtocol%s."
					.formatted(beanName, (type != null) ? type.getName() : "which is not known", others),
				"Extend one of these types, which are those of dev.twisted.internet unless it says otherwise. If a @Bean method returns one of them, declare it as its return type.");
	}

}
