/* Plain HTTP over connections that stay open: askers want the snapshot again and again, voters may vote by POST.
 * Part of load.c. */

static struct {
    unsigned long fresh, unchanged, other;
    uint64_t bytes;
    size_t head, body, unchanged_head; /* of the last of each kind */
} asks;
static samples asked_in;

static int speaks_plainly(const link_t *one) { return one->role == ASKER || (one->role == VOTER && options.post); }

static void ask(link_t *one) {
    char text[512];
    int tagged = options.tag && one->tag[0];
    int length = snprintf(text, sizeof text, "GET /live/%d/snapshot HTTP/1.1\r\nHost: %s:%d\r\n%s%s%s%s\r\n",
                          options.session, net.host, net.ports[0], options.gzip ? "Accept-Encoding: gzip\r\n" : "",
                          tagged ? "If-None-Match: " : "", tagged ? one->tag : "", tagged ? "\r\n" : "");
    one->asked_at = now_us();
    link_write(one, text, (size_t)length);
}

static void post(link_t *one, const char *name, const char *fields) {
    char text[2048];
    int length = snprintf(text, sizeof text,
        "POST /api/%s HTTP/1.1\r\nHost: %s:%d\r\nCookie: %s\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\n\r\n{%s}", name, net.host, net.ports[0], one->cookie, strlen(fields) + 2, fields);
    link_write(one, text, (size_t)length);
}

/* Where the value of a header begins, NULL without one; its name ends in ": ". Servers write names as they like. */
static const char *header(const char *text, size_t head, const char *name) {
    const char *found = strcasestr(text, name);
    return found && found < text + head ? found + strlen(name) : NULL;
}

/* The length of the answer that `text` begins with, 0 while its end has not come; its body begins at `*body`. */
static size_t whole_answer(const char *text, size_t length, size_t *body) {
    const char *end = memmem(text, length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    size_t head = *body = (size_t)(end + 4 - text);
    if (!memcmp(text + 9, "304", 3))
        return head;
    if (header(text, head, "\r\nTransfer-Encoding: ")) {
        end = memmem(text + head, length - head, "\r\n0\r\n\r\n", 7);
        return end ? (size_t)(end + 7 - text) : 0;
    }
    const char *rest = header(text, head, "\r\nContent-Length: ");
    size_t whole = head + (rest ? strtoul(rest, NULL, 10) : 0);
    return length >= whole ? whole : 0;
}

static void keep_tag(link_t *one, const char *head, size_t length) {
    const char *tag = header(head, length, "\r\nETag: ");
    if (tag)
        snprintf(one->tag, sizeof one->tag, "%.*s", (int)strcspn(tag, "\r"), tag);
}

static void took_answer(link_t *one, size_t whole, size_t body) {
    int fresh = !memcmp(inbox + 9, "200", 3), unchanged = !memcmp(inbox + 9, "304", 3);
    if (measuring()) {
        fresh ? asks.fresh++ : unchanged ? asks.unchanged++ : asks.other++;
        asks.bytes += whole;
        if (fresh)
            asks.head = body, asks.body = whole - body;
        else if (unchanged)
            asks.unchanged_head = whole;
        sample(&asked_in, now_us() - one->asked_at);
    }
    keep_tag(one, inbox, body);
    if (phase < DRAINING)
        ask(one);
}

static void read_answer(link_t *one) {
    size_t body = 0;
    ssize_t got = link_read(one);
    if (got == -1 && one->role == ASKER && !one->kept_length) { /* nginx closes a connection after a thousand answers */
        link_close(one);
        link_open(one);
        return;
    }
    if (got < 0) {
        if (got == -1)
            lost(one, "the server has closed it");
        return;
    }
    size_t whole = whole_answer(inbox, (size_t)got, &body);
    link_keep(one, inbox, whole ? 0 : (size_t)got);
    if (whole && one->role == ASKER) {
        took_answer(one, whole, body);
    } else if (whole) {
        one->waiting = 0;
        vote_answered(one, inbox + body, whole - body);
    }
}

static void begin_plainly(link_t *one) {
    one->state = READY;
    watch(one, EPOLL_CTL_MOD, EPOLLIN);
    if (one->role == VOTER) {
        ready_voters++;
        return;
    }
    ready_askers += !one->has_state; /* not once more after its connection was renewed */
    one->has_state = 1;
    ask(one);
}

static void report_asks(double seconds) {
    unsigned long all = asks.fresh + asks.unchanged + asks.other;
    printf(",\n \"asks\": {\"per_second\": %.1f, \"fresh\": %lu, \"unchanged\": %lu, \"other\": %lu, \"bytes_each\": %.1f, "
           "\"head\": %zu, \"body\": %zu, \"unchanged_head\": %zu, \"us_each\": %.2f, ",
           (double)all / seconds, asks.fresh, asks.unchanged, asks.other, all ? (double)asks.bytes / (double)all : 0,
           asks.head, asks.body, asks.unchanged_head, all ? server_cpu * 1e6 / (double)all : 0);
    print_samples("latency_ms", &asked_in);
    printf("}");
}
