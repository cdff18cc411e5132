-- Users to begin with. Nobody can log in as them: what stands for their passwords is the hash of none.
INSERT IGNORE INTO mj_user (created_date, modified_date, bsfb_id, nick_name, user_name, password, salt, sex,
	avater_url, status, register_time, login_time, logout_time, register_ip, login_ip, is_visitor, is_vip, is_robot)
VALUES
	('2021-03-13 15:37:03', '2021-03-13 15:37:03', 1, '测试用户11', 'oldboy1', '!', '!', 1,
	NULL, 1, 1615621023, 1615621023, 1615621023, '127.0.0.1', '127.0.0.1', 1, 0, 0),
	('2021-03-13 15:37:03', '2021-03-13 15:37:03', 1, '测试用户12', 'oldboy2', '!', '!', 2,
	NULL, 1, 1615621023, 1615621023, 1615621023, '127.0.0.1', '127.0.0.1', 1, 0, 0);
