package dev.twisted.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.jayway.jsonpath.JsonPath;
import dev.twisted.boot.test.LocalTwistedPort;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.enterprise.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The users over HTTP and over the line server, on the demo's database.
 */
@DemoTest
@ExtendWith(OutputCaptureExtension.class)
class UsersTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@Value("${local.server.port}")
	private int port;

	@LocalTwistedPort("qa-line")
	private int linePort;

	@Autowired
	private ConnectionPool database;

	@BeforeEach
	void removeOthers() throws Exception {
		this.database.runOperation("DELETE FROM mj_user WHERE user_name NOT LIKE 'oldboy%'")
			.toCompletableFuture()
			.get();
	}

	@Test
	void theUsersToBeginWithAreThereByTheNamesOfTheColumns() throws Exception {
		String users = get("/users").body();
		assertThat(JsonPath.<List<String>>read(users, "$[*].user_name")).contains("oldboy1", "oldboy2");
		assertThat(JsonPath.<Map<String, Object>>read(users, "$[0]")).containsKeys("id", "created_date",
				"modified_date", "bsfb_id", "nick_name", "sex", "avater_url", "status", "register_time", "login_time",
				"logout_time", "register_ip", "login_ip", "is_visitor", "is_vip", "is_robot");
	}

	@Test
	void oneUserIsFoundByName() throws Exception {
		HttpResponse<String> response = get("/users/oldboy1");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(JsonPath.<String>read(response.body(), "$.nick_name")).isEqualTo("测试用户11");
		assertThat(get("/users/nobody").statusCode()).isEqualTo(404);
	}

	@Test
	void aNewUserIsCreatedOnce() throws Exception {
		String body = "{\"user_name\": \"anna\", \"nick_name\": \"安娜\", \"password\": \"s3cret!\", \"sex\": 2}";
		HttpResponse<String> created = post("/users", body);
		assertThat(created.statusCode()).isEqualTo(201);
		assertThat(JsonPath.<String>read(created.body(), "$.user_name")).isEqualTo("anna");
		assertThat(JsonPath.<Integer>read(created.body(), "$.sex")).isEqualTo(2);
		assertThat(JsonPath.<String>read(get("/users/anna").body(), "$.nick_name")).isEqualTo("安娜");
		HttpResponse<String> again = post("/users", body);
		assertThat(again.statusCode()).isEqualTo(409);
		assertThat(JsonPath.<Integer>read(again.body(), "$.status")).isEqualTo(409);
	}

	@Test
	void badInputIsAProblem() throws Exception {
		for (String body : List.of("{}", "no json", "[]", "{\"user_name\": \"\", \"password\": \"x\"}",
				"{\"user_name\": 5, \"password\": \"x\"}", "{\"user_name\": \"carl\"}",
				"{\"user_name\": \"carl\", \"password\": \"x\", \"sex\": \"many\"}",
				"{\"user_name\": \"%s\", \"password\": \"x\"}".formatted("x".repeat(51)),
				"{\"user_name\": \"%s\", \"password\": \"x\"}".formatted("😀".repeat(26)),
				"{\"user_name\": \"half of a \\ud83d\", \"password\": \"x\"}")) {
			HttpResponse<String> response = post("/users", body);
			assertThat(response.statusCode()).as(body).isEqualTo(400);
			assertThat(response.headers().firstValue("content-type")).as(body).contains("application/problem+json");
			assertThat(JsonPath.<Integer>read(response.body(), "$.status")).isEqualTo(400);
		}
	}

	@Test
	void aNameIsUnicode() throws Exception {
		String name = "😀".repeat(25);
		HttpResponse<String> created = post("/users", "{\"user_name\": \"%s\", \"password\": \"x\"}".formatted(name));
		assertThat(JsonPath.<String>read(created.body(), "$.user_name")).isEqualTo(name);
		assertThat(JsonPath.<List<String>>read(get("/users").body(), "$[*].user_name")).contains(name);
	}

	@Test
	void ofManyWhoWantTheSameNameAtOnceOneGetsIt() {
		String body = "{\"user_name\": \"anna\", \"password\": \"x\"}";
		HttpClient client = HttpClient.newHttpClient();
		List<CompletableFuture<Integer>> statuses = IntStream.range(0, 10)
			.mapToObj((i) -> client.sendAsync(postRequest("/users", body), BodyHandlers.ofString())
				.thenApply(HttpResponse::statusCode))
			.toList();
		assertThat(statuses.stream().map(CompletableFuture::join)).containsOnly(201, 409).containsOnlyOnce(201);
	}

	@Test
	void manyUsersAreInsertedTogetherOrNotAtAll() throws Exception {
		HttpResponse<String> created = post("/users/bulk", bulk("bulk", 20));
		assertThat(created.statusCode()).isEqualTo(201);
		assertThat(JsonPath.<List<String>>read(created.body(), "$[*].user_name"))
			.containsExactlyElementsOf(IntStream.range(0, 20).mapToObj((i) -> "bulk" + i).toList());
		String withOneTaken = bulk("other", 3).replace("other2", "bulk7");
		assertThat(post("/users/bulk", withOneTaken).statusCode()).isEqualTo(409);
		assertThat(get("/users/other0").statusCode()).isEqualTo(404);
		assertThat(post("/users/bulk", "[]").statusCode()).isEqualTo(400);
		assertThat(post("/users/bulk", "[null]").statusCode()).isEqualTo(400);
		assertThat(post("/users/bulk", bulk("x", 101)).statusCode()).isEqualTo(400);
	}

	@Test
	void passwordsAreNeitherReturnedNorLoggedNorStored(CapturedOutput output) throws Exception {
		String body = "{\"user_name\": \"dora\", \"password\": \"Tr0ub4dor\"}";
		String answers = post("/users", body).body() + post("/users", body).body() + get("/users").body()
				+ get("/users/dora").body() + post("/users", body.replace("dora", " ")).body();
		assertThat(answers).doesNotContain("Tr0ub4dor", "password\":", "salt");
		assertThat(output.getAll()).doesNotContain("Tr0ub4dor");
		Row stored = this.database.runQuery("SELECT password, salt FROM mj_user WHERE user_name = 'dora'")
			.toCompletableFuture()
			.get()
			.get(0);
		assertThat(stored.get("password", String.class)).matches("[0-9a-f]{64}");
		assertThat(stored.get("salt", String.class)).matches("[0-9a-f]{64}");
	}

	@Test
	void aLineAsksTheDatabase() throws Exception {
		try (Peer peer = new Peer(this.linePort)) {
			peer.send("/user oldboy1\r\n/user nobody' OR '1'='1\r\nhello\r\n").finish();
			assertThat(peer.receiveAllText()).matches(
					"oldboy1 is 测试用户11, user \\d+\\r\\n" + "There is no user 'nobody' OR '1'='1'\\r\\n你好，hello\\r\\n");
		}
	}

	private static String bulk(String name, int number) {
		return IntStream.range(0, number)
			.mapToObj((i) -> "{\"user_name\": \"%s%d\", \"password\": \"x\"}".formatted(name, i))
			.collect(Collectors.joining(",", "[", "]"));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(request(path).build());
	}

	private HttpResponse<String> post(String path, String body) throws Exception {
		return send(postRequest(path, body));
	}

	private HttpRequest postRequest(String path, String body) {
		return request(path).header("content-type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path)).timeout(TIMEOUT);
	}

	private static HttpResponse<String> send(HttpRequest request) throws Exception {
		return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
	}

}
