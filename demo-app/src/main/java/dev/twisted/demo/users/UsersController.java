package dev.twisted.demo.users;

import java.util.List;
import java.util.Map;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.enterprise.Row;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The users over HTTP, with the names of the columns as keys.
 */
@RestController
@RequestMapping("/users")
class UsersController {

	/** So many passwords are hashed within a second or two. */
	private static final int LARGEST_BULK = 100;

	private final Users users;

	UsersController(Users users) {
		this.users = users;
	}

	@GetMapping
	Deferred<List<Row>> all() {
		return this.users.all();
	}

	@GetMapping("/{name}")
	Deferred<Row> one(@PathVariable String name) {
		return this.users.find(name).addCallback((user) -> {
			if (user == null) {
				throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such user");
			}
			return user;
		});
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Deferred<Row> add(@RequestBody Map<String, @Nullable Object> user) {
		return addAll(List.of(user)).addCallback((rows) -> rows.get(0));
	}

	@PostMapping("/bulk")
	@ResponseStatus(HttpStatus.CREATED)
	Deferred<List<Row>> addAll(@RequestBody List<@Nullable Map<String, @Nullable Object>> users) {
		return this.users.add(read(users)).addErrback(UsersController::refuse);
	}

	private static List<NewUser> read(List<? extends @Nullable Map<String, @Nullable Object>> users) {
		if (users.isEmpty() || users.size() > LARGEST_BULK) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"There must be 1 to %d users".formatted(LARGEST_BULK));
		}
		try {
			return users.stream().map(NewUser::of).toList();
		}
		catch (IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, ex.getMessage());
		}
	}

	private static List<Row> refuse(Failure failure) throws Exception {
		failure.trap(R2dbcDataIntegrityViolationException.class);
		throw new ResponseStatusException(HttpStatus.CONFLICT, "That user_name is taken");
	}

}
