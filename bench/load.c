/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - drives a server over HTTP from one thread and says what it took.
 *
 *   load get PORT PATH CLIENTS SECONDS [TOKEN]
 *       the same GET from CLIENTS connections
 *   load life PORT CLIENTS SECONDS OFFSET HANDLER APPROVER [HOST]
 *       lifecycles: raise, accept, submit, approve, search; tokens of two accounts, of the office of that name
 *   load ids PORT PREFIX FIRST LAST CLIENTS SECONDS TOKEN
 *       GET PREFIX%d with a number drawn anew for each request
 *
 *   load list PORT FILE REQUESTS OUT [HOST]
 *       one client; each line of FILE is PATH and TOKEN (-: none), asked in turn, REQUESTS times in all, by that name.
 *       The times in milliseconds go to OUT, a line for each, besides.
 *
 * Prints one JSON object: rate per second of whole rounds, requests, refused, and the times of the
 * single requests in milliseconds. Traffic goes to 127.0.0.1 only. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 1024, OUT_MAX = 8192, IN_MAX = 1 << 20, TIMES_MAX = 8 << 20 };

enum mode { MODE_GET, MODE_LIFE, MODE_IDS, MODE_LIST };

struct client {
	int fd;
	char out[OUT_MAX];
	size_t out_n, out_done;
	char *in;
	size_t in_n;
	int step; /* of the lifecycle */
	char file_no[32];
	double sent_at;
};

static struct {
	enum mode mode;
	int port;
	const char *path, *token, *handler, *approver, *host;
	long first, last, serial;
	double until;
	struct line {
		char *path, *token;
	} * line;
	size_t n_lines;
	uint64_t wanted; /* requests; 0: until the time is over */
	uint64_t rounds, requests, refused, bytes;
	bool say_refused;
} run;

static float *times;
static size_t n_times;
static uint64_t seed = 88172645463325252ull;

static uint64_t
draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* About a hundred characters of invented Chinese, different for each concern, so that the index
 * meets new and known bigrams as in life. */
static int
matter(char *out, size_t cap, long n)
{
	static const char *const what[] = { "楼道灯坏了三个多星期没有人来修",
		"垃圾房夏天味道很大没有及时清运", "楼上空调滴水一直滴到我家窗台上",
		"小区门口的石板松了老人容易绊倒", "半夜广场上还有人放音乐睡不着觉",
		"消防通道总有车停着出了事怎么办", "电梯三天两头停物业说在等配件",
		"河边步道的栏杆断了一截很危险" };
	static const char *const want[] = { "希望快点派人来看一看并告诉我们哪天能好",
		"打过两次电话都说知道了可是一直没有下文",
		"家里有八十多岁的老人晚上不敢出门请帮帮忙", "不求马上解决但求有人管有个准信",
		"前几天邻居踩空崴了脚再拖下去要出事的" };
	return snprintf(out, cap, "%s，%s。地点在枫桥路%ld弄%ld号，%s。%s", what[n % 8],
		want[n % 5], 100 + n * 7 % 900, 1 + n % 60, what[(n / 8) % 8], want[(n / 5) % 5]);
}

static void
request(struct client *c, const char *method, const char *path, const char *token, const char *body)
{
	size_t n = body ? strlen(body) : 0;
	int len = snprintf(c->out, OUT_MAX,
		"%s %s HTTP/1.1\r\nHost: %s\r\n%s%s%s%sContent-Length: %zu\r\n\r\n%s", method, path,
		run.host, token ? "Authorization: Bearer " : "", token ? token : "",
		token ? "\r\n" : "", body ? "Content-Type: application/json\r\n" : "", n,
		body ? body : "");
	if (!body) /* a GET says no length */
		len = snprintf(c->out, OUT_MAX,
			"%s %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: identity\r\n%s%s%s\r\n",
			method, path, run.host, token ? "Authorization: Bearer " : "",
			token ? token : "", token ? "\r\n" : "");
	c->out_n = (size_t)len;
	c->out_done = 0;
	c->in_n = 0;
	c->sent_at = now();
}

static void
life_request(struct client *c)
{
	char body[4096], text[2048];
	switch (c->step) {
	case 0:
		(void)matter(text, sizeof text, run.serial);
		snprintf(body, sizeof body,
			"{\"body\":\"%s\",\"class\":\"property\",\"phone\":\"1380000%04ld\"}", text,
			run.serial % 10000);
		run.serial++;
		request(c, "POST", "/api/v1/acts/concern.raise", NULL, body);
		return;
	case 1:
		snprintf(body, sizeof body, "{\"concern\":\"%s\"}", c->file_no);
		request(c, "POST", "/api/v1/acts/concern.accept", run.handler, body);
		return;
	case 2:
		snprintf(body, sizeof body,
			"{\"concern\":\"%s\",\"outcome\":\"solved\",\"basis\":\"现场查看\","
			"\"text\":\"您好，您反映的事我们到现场看过，原因是线路老化，已经约供电营业站换线，当天恢复。\"}",
			c->file_no);
		request(c, "POST", "/api/v1/acts/reply.submit", run.handler, body);
		return;
	case 3:
		snprintf(body, sizeof body, "{\"concern\":\"%s\"}", c->file_no);
		request(c, "POST", "/api/v1/acts/reply.approve", run.approver, body);
		return;
	default:
		/* 石板松 and a house number, url-encoded */
		request(c, "GET",
			"/api/v1/concerns?max=10&q=%E7%9F%B3%E6%9D%BF%E6%9D%BE%20%E6%9E%AB%E6%A1%A5",
			run.handler, NULL);
		return;
	}
}

static void
next_request(struct client *c)
{
	char path[512];
	switch (run.mode) {
	case MODE_GET:
		request(c, "GET", run.path, run.token, NULL);
		return;
	case MODE_IDS:
		snprintf(path, sizeof path, "%s%04ld", run.path,
			run.first + (long)(draw() % (uint64_t)(run.last - run.first + 1)));
		request(c, "GET", path, run.token, NULL);
		return;
	case MODE_LIFE:
		life_request(c);
		return;
	case MODE_LIST:
		request(c, "GET", run.line[run.requests % run.n_lines].path,
			run.line[run.requests % run.n_lines].token, NULL);
		return;
	}
}

/* Length of the whole answer once it is known; 0: not yet. */
static size_t
answer_length(const struct client *c)
{
	char *end = memmem(c->in, c->in_n, "\r\n\r\n", 4);
	if (!end)
		return 0;
	size_t head = (size_t)(end - c->in) + 4;
	for (const char *p = c->in; p < end; p++)
		if (*p == '\n' && strncasecmp(p + 1, "content-length:", 15) == 0)
			return head + strtoul(p + 16, NULL, 10);
	return head;
}

static void
finish(struct client *c)
{
	if (n_times < TIMES_MAX)
		times[n_times++] = (float)((now() - c->sent_at) * 1000);
	run.requests++;
	run.bytes += c->in_n;
	bool good = c->in_n > 12 && memcmp(c->in + 9, "200", 3) == 0;
	if (!good) {
		if (run.refused++ < 3 && run.say_refused)
			fprintf(stderr, "load: step %d: %.*s\n", c->step,
				(int)(c->in_n < 600 ? c->in_n : 600), c->in);
		c->step = 0;
		return;
	}
	if (run.mode != MODE_LIFE) {
		run.rounds++;
		return;
	}
	if (c->step == 0) {
		c->in[c->in_n] = 0;
		const char *p = strstr(c->in, "\"file_no\":\"");
		if (!p || sscanf(p + 11, "%31[^\"]", c->file_no) != 1)
			die("no file number");
	}
	if (++c->step == 5) {
		c->step = 0;
		run.rounds++;
	}
}

static void
push(struct client *c)
{
	while (c->out_done < c->out_n) {
		ssize_t n = send(c->fd, c->out + c->out_done, c->out_n - c->out_done, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return; /* requests are far smaller than a socket's buffer */
		if (n <= 0)
			die("send");
		c->out_done += (size_t)n;
	}
}

static void
pull(struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_n, IN_MAX - 1 - c->in_n, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		die("connection closed");
	c->in_n += (size_t)n;
	size_t whole = answer_length(c);
	if (whole == 0 || c->in_n < whole)
		return;
	finish(c);
	next_request(c);
	push(c);
}

static void
connect_to(struct client *c, int ep)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)run.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1;
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof a) != 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->in = malloc(IN_MAX);
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	if (!c->in || epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e) != 0)
		die("epoll");
}

static int
by_time(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

static double
at(double part)
{
	return n_times == 0 ? 0 : (double)times[(size_t)((double)(n_times - 1) * part)];
}

static void
read_list(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	if (!f)
		die(path);
	while (getline(&line, &cap, f) > 0) {
		char *to = strtok(line, " \n"), *token = strtok(NULL, " \n");
		run.line = realloc(run.line, (run.n_lines + 1) * sizeof *run.line);
		if (!run.line || !to || !token)
			die("a line of the list");
		run.line[run.n_lines++] =
			(struct line){ strdup(to), strcmp(token, "-") == 0 ? NULL : strdup(token) };
	}
	free(line);
	fclose(f);
	if (run.n_lines == 0)
		die("an empty list");
}

static void
write_times(const char *path)
{
	FILE *f = fopen(path, "w");
	if (!f)
		die(path);
	for (size_t i = 0; i < n_times; i++)
		fprintf(f, "%.4f\n", (double)times[i]);
	if (fclose(f) != 0)
		die(path);
}

static void
report(double seconds)
{
	qsort(times, n_times, sizeof *times, by_time);
	printf("{\"rate\":%.1f,\"requests\":%.1f,\"refused\":%llu,\"bytes\":%llu,\"p50\":%.3f,\"p95\":%.3f,"
	       "\"p99\":%.3f,\"max\":%.3f}\n",
		(double)run.rounds / seconds, (double)run.requests / seconds,
		(unsigned long long)run.refused,
		(unsigned long long)(run.requests ? run.bytes / run.requests : 0), at(0.5),
		at(0.95), at(0.99), at(1));
}

int
main(int argc, char **argv)
{
	int clients = 0;
	double seconds = 0;
	run.say_refused = true;
	run.host = "127.0.0.1";
	if (argc >= 6 && strcmp(argv[1], "get") == 0) {
		run.mode = MODE_GET;
		run.path = argv[3];
		clients = atoi(argv[4]);
		seconds = atof(argv[5]);
		run.token = argc > 6 ? argv[6] : NULL;
	} else if ((argc == 8 || argc == 9) && strcmp(argv[1], "life") == 0) {
		run.mode = MODE_LIFE;
		clients = atoi(argv[3]);
		seconds = atof(argv[4]);
		run.serial = atol(argv[5]);
		run.handler = argv[6];
		run.approver = argv[7];
		run.host = argc == 9 ? argv[8] : run.host;
	} else if (argc == 9 && strcmp(argv[1], "ids") == 0) {
		run.mode = MODE_IDS;
		run.path = argv[3];
		run.first = atol(argv[4]);
		run.last = atol(argv[5]);
		clients = atoi(argv[6]);
		seconds = atof(argv[7]);
		run.token = argv[8];
	}
	if ((argc == 6 || argc == 7) && strcmp(argv[1], "list") == 0) {
		run.mode = MODE_LIST;
		run.host = argc == 7 ? argv[6] : run.host;
		read_list(argv[3]);
		clients = 1;
		run.wanted = strtoul(argv[4], NULL, 10);
		seconds = 3600;
	}
	if (clients < 1 || clients > CLIENTS_MAX || seconds <= 0) {
		fprintf(stderr, "load: get|life|ids|list ... (see the head of load.c)\n");
		return 2;
	}
	run.port = atoi(argv[2]);
	times = malloc(TIMES_MAX * sizeof *times);
	struct client *c = calloc((size_t)clients, sizeof *c);
	int ep = epoll_create1(0);
	if (!times || !c || ep < 0)
		die("start");
	double start = now();
	run.until = start + seconds;
	for (int i = 0; i < clients; i++) {
		connect_to(&c[i], ep);
		next_request(&c[i]);
		push(&c[i]);
	}
	struct epoll_event ready[256];
	while (now() < run.until && (run.wanted == 0 || run.requests < run.wanted)) {
		int n = epoll_wait(ep, ready, 256, 100);
		for (int i = 0; i < n; i++)
			pull(ready[i].data.ptr);
	}
	report(now() - start);
	if (run.mode == MODE_LIST)
		write_times(argv[5]);
	return 0;
}
