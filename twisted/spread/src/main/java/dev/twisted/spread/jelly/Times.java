package dev.twisted.spread.jelly;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.StringJoiner;

import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Bytes;

/**
 * Dates and times, each of which is a row of numbers in one string.
 */
final class Times {

	private static final int NANOS = 1000;

	private static final int MICROS = 1_000_000;

	private static final int FIRST_YEAR = 1;

	private static final int LAST_YEAR = 9999;

	private static final int MOST_DAYS = 999_999_999;

	private static final int SECONDS_PER_DAY = 86_400;

	private Times() {
	}

	static List<Object> jelly(LocalDateTime value) throws JellyException {
		return List.of(Atoms.DATETIME, row(year(value.getYear()), value.getMonthValue(), value.getDayOfMonth(),
				value.getHour(), value.getMinute(), value.getSecond(), value.getNano() / NANOS));
	}

	static List<Object> jelly(LocalDate value) throws JellyException {
		return List.of(Atoms.DATE, row(year(value.getYear()), value.getMonthValue(), value.getDayOfMonth()));
	}

	static List<Object> jelly(LocalTime value) {
		return List.of(Atoms.TIME, row(value.getHour(), value.getMinute(), value.getSecond(), value.getNano() / NANOS));
	}

	/** As Python keeps it: only the days may be negative. */
	static List<Object> jelly(Duration value) throws JellyException {
		return List.of(Atoms.TIMEDELTA,
				row(days(value), Math.floorMod(value.toSeconds(), SECONDS_PER_DAY), value.toNanosPart() / NANOS));
	}

	private static long days(Duration value) throws JellyException {
		long days = Math.floorDiv(value.toSeconds(), SECONDS_PER_DAY);
		if (Math.abs(days) > MOST_DAYS) {
			throw new JellyException("A timedelta cannot have %d days".formatted(days));
		}
		return days;
	}

	private static int year(int year) throws JellyException {
		if (year < FIRST_YEAR || year > LAST_YEAR) {
			throw new JellyException("A date cannot be in the year %d".formatted(year));
		}
		return year;
	}

	private static String row(long... numbers) {
		StringJoiner row = new StringJoiner(" ");
		for (long number : numbers) {
			row.add(Long.toString(number));
		}
		return row.toString();
	}

	static Object unjelly(Bytes type, List<?> jelly) throws JellyException {
		try {
			if (type.equals(Atoms.DATETIME)) {
				int[] row = row(jelly, 7);
				return LocalDateTime.of(LocalDate.of(year(row[0]), row[1], row[2]), time(row, 3));
			}
			if (type.equals(Atoms.DATE)) {
				int[] row = row(jelly, 3);
				return LocalDate.of(year(row[0]), row[1], row[2]);
			}
			if (type.equals(Atoms.TIME)) {
				return time(row(jelly, 4), 0);
			}
			int[] row = row(jelly, 3);
			Duration value = Duration.ofSeconds((long) row[0] * SECONDS_PER_DAY + row[1], (long) row[2] * NANOS);
			days(value);
			return value;
		}
		catch (DateTimeException | NumberFormatException | BananaException ex) {
			throw new JellyException("That is no %s: %s".formatted(type, ex.getMessage()), ex);
		}
	}

	private static LocalTime time(int[] row, int from) throws JellyException {
		if (row[from + 3] < 0 || row[from + 3] >= MICROS) {
			throw new JellyException("A second has no %d microseconds".formatted(row[from + 3]));
		}
		return LocalTime.of(row[from], row[from + 1], row[from + 2], row[from + 3] * NANOS);
	}

	private static int[] row(List<?> jelly, int length) throws JellyException, BananaException {
		if (jelly.size() != 2 || !(jelly.get(1) instanceof Bytes text) || text.length() > 100) {
			throw new JellyException("A date or time is one short string");
		}
		String[] parts = text.decode().strip().split("\\s+", -1);
		if (parts.length != length) {
			throw new JellyException("%s has not %d numbers".formatted(text, length));
		}
		int[] row = new int[length];
		for (int i = 0; i < length; i++) {
			row[i] = Integer.parseInt(parts[i]);
		}
		return row;
	}

}
