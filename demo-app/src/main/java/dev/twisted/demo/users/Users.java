package dev.twisted.demo.users;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.enterprise.Query;
import dev.twisted.enterprise.Row;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The users in the database. What is read of them never includes their passwords.
 */
@Component
public class Users {

	private static final String SELECT = "SELECT id, created_date, modified_date, bsfb_id, nick_name, user_name, sex,"
			+ " avater_url, status, register_time, login_time, logout_time, register_ip, login_ip, is_visitor, is_vip,"
			+ " is_robot FROM mj_user";

	private static final String INSERT = "INSERT INTO mj_user (created_date, modified_date, nick_name, user_name,"
			+ " password, salt, sex, status, register_time, is_visitor, is_vip, is_robot) VALUES (:now, :now,"
			+ " :nick_name, :user_name, :password, :salt, :sex, 1, :time, 0, 0, 0)";

	private final ConnectionPool database;

	private final Passwords passwords;

	private final Clock clock = Clock.system(ZoneId.systemDefault());

	Users(ConnectionPool database, Passwords passwords) {
		this.database = database;
		this.passwords = passwords;
	}

	/**
	 * All users.
	 * @return fires with a row for each, in the order in which they came
	 */
	Deferred<List<Row>> all() {
		return this.database.runQuery(SELECT + " ORDER BY id");
	}

	/**
	 * A user.
	 * @param name the name
	 * @return fires with the row, {@code null} if there is no such user
	 */
	Deferred<@Nullable Row> find(String name) {
		return this.database.runQuery(SELECT + " WHERE user_name = ?", name).addCallback(Users::first);
	}

	/**
	 * Say in one line who somebody is.
	 * @param name the name
	 * @return fires with the line
	 */
	public Deferred<String> describe(String name) {
		return find(name).addCallback(
				(user) -> (user != null) ? "%s is %s, user %s".formatted(name, user.get("nick_name"), user.get("id"))
						: "There is no user '%s'".formatted(name));
	}

	/**
	 * Take in users, all of them or, if one cannot be taken in, none.
	 * @param users who they are, at least one
	 * @return fires with their rows, in the same order
	 */
	Deferred<List<Row>> add(List<NewUser> users) {
		return Deferreds.gatherResults(users.stream().map((user) -> this.passwords.hash(user.password())).toList())
			.compose((hashed) -> this.database.runInteraction(
					(transaction) -> transaction.runOperation(Query.namedBatch(INSERT, parameters(users, hashed)))
						.compose((inserted) -> transaction.runQuery(SELECT + " WHERE user_name IN (?)",
								(Object) users.stream().map(NewUser::userName).toList()))
						.addCallback((rows) -> inOrder(users, rows))));
	}

	private List<Map<String, Object>> parameters(List<NewUser> users, List<Passwords.Hashed> hashed) {
		return IntStream.range(0, users.size()).mapToObj((i) -> parameters(users.get(i), hashed.get(i))).toList();
	}

	private Map<String, Object> parameters(NewUser user, Passwords.Hashed hashed) {
		return Map.of("now", LocalDateTime.now(this.clock), "time", this.clock.instant().getEpochSecond(), "nick_name",
				user.nickName(), "user_name", user.userName(), "password", hashed.password(), "salt", hashed.salt(),
				"sex", user.sex());
	}

	private static List<Row> inOrder(List<NewUser> users, List<Row> rows) {
		Map<@Nullable Object, Row> byName = new HashMap<>();
		rows.forEach((row) -> byName.putIfAbsent(row.get("user_name"), row));
		return users.stream().map((user) -> byName.get(user.userName())).toList();
	}

	private static @Nullable Row first(List<Row> rows) {
		return rows.isEmpty() ? null : rows.get(0);
	}

}
