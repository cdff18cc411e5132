package dev.twisted.struct;

import java.lang.reflect.AnnotatedElement;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What holds for fields that do not say otherwise.
 *
 * @param bigEndian whether numbers start with their most significant byte
 * @param charset the charset of text
 */
record Surroundings(boolean bigEndian, Charset charset) {

	static final Surroundings DEFAULT = new Surroundings(true, StandardCharsets.UTF_8);

	/**
	 * What holds inside something.
	 * @throws IllegalArgumentException if there is no such charset, or more than one byte
	 * order
	 */
	Surroundings inside(AnnotatedElement element) {
		boolean big = element.isAnnotationPresent(BigEndian.class);
		boolean little = element.isAnnotationPresent(LittleEndian.class);
		if (big && little) {
			throw new IllegalArgumentException("it is either @BigEndian or @LittleEndian");
		}
		@Nullable Encoding encoding = element.getAnnotation(Encoding.class);
		return new Surroundings((big || little) ? big : this.bigEndian,
				(encoding != null) ? charset(encoding.value()) : this.charset);
	}

	private static Charset charset(String name) {
		try {
			return Charset.forName(name);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("there is no charset \"%s\"".formatted(name), ex);
		}
	}

}
