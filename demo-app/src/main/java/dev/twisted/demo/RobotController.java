package dev.twisted.demo;

import dev.twisted.defer.Deferred;
import dev.twisted.demo.RobotMessage.Answer;
import dev.twisted.demo.RobotMessage.Perception;
import dev.twisted.demo.RobotMessage.Question;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The stand-in for the robot's service, which greets whatever it is told; and a way to
 * ask the robot over HTTP.
 */
@RestController
class RobotController {

	private final Answers answers;

	RobotController(Answers answers) {
		this.answers = answers;
	}

	@PostMapping("/robot")
	Answer answer(@RequestBody Question question) {
		Perception perceived = question.perception();
		if (perceived == null || perceived.inputText() == null || perceived.inputText().text() == null) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "There is no perception.inputText.text");
		}
		return Answer.of("你好，" + perceived.inputText().text());
	}

	@GetMapping(path = "/ask", produces = MediaType.TEXT_PLAIN_VALUE + ";charset=UTF-8")
	Deferred<String> ask(@RequestParam String text) {
		return this.answers.to(text, "ask");
	}

}
