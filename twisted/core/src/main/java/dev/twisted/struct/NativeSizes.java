package dev.twisted.struct;

import java.util.Locale;

/**
 * What the C compiler of the platform makes of the types whose size is its own choice.
 *
 * @param ofLong the size of a {@code long} in bytes
 * @param ofPointer the size of a pointer, and of {@code size_t}, in bytes
 */
record NativeSizes(int ofLong, int ofPointer) {

	static final NativeSizes OF_THIS_PLATFORM = of(System.getProperty("os.name", ""),
			System.getProperty("sun.arch.data.model", "64"));

	/**
	 * The sizes of a platform.
	 * @param operatingSystem its name, as Java tells it
	 * @param bits the size of its words
	 */
	static NativeSizes of(String operatingSystem, String bits) {
		int word = bits.equals("32") ? 4 : 8;
		boolean windows = operatingSystem.toLowerCase(Locale.ROOT).startsWith("windows");
		return new NativeSizes(windows ? 4 : word, word);
	}

}
