/* Who makes life hard for the others: viewers that never read, and flooders that send as fast as they are let. They come
 * after a calm window, so that one run has both. Part of load.c. */

enum { FLOODS = 5, FLOOD_BYTES = 4096, FLOOD_AGAIN_US = 1000000 };

static link_t *deaf, *flooders;
static int ready_deaf;
static samples cut_after; /* since it stopped reading */
static long rss_calm, rss_most, kernel_bytes;

static struct {
    char text[FLOODS][FLOOD_BYTES + 256];
    size_t length[FLOODS];
    uint64_t bytes;
    unsigned long cut;
} flood;

/* Questions, presses nobody may make, control frames, events that do not exist, packets that are none. */
static void prepare_floods(void) {
    static const struct {
        int opcode;
        const char *text;
    } kinds[FLOODS] = {
        {TEXT, "421[\"time\",{}]"}, {TEXT, "422[\"questions.support\",{\"question\":1,\"client_id\":\"a flooder's\"}]"},
        {PING, "ping"}, {TEXT, "42[\"nonsense\",{\"a\":[1,2,3]}]"}, {TEXT, "9"},
    };
    for (int kind = 0; kind < FLOODS; kind++) {
        char *into = flood.text[kind];
        size_t length = put_frame(into, TEXT, "3", 1, 1); /* whoever does not answer pings is cut off too soon */
        while (length < FLOOD_BYTES)
            length += put_frame(into + length, kinds[kind].opcode, kinds[kind].text, strlen(kinds[kind].text), 1);
        flood.length[kind] = length;
    }
}

static void flooder_is_cut(link_t *one) {
    link_close(one);
    flood.cut += measuring();
    one->due = now_us() + FLOOD_AGAIN_US;
}

/* Answers are read and thrown away: it is no deaf one. */
static void go_on_flooding(link_t *one) {
    static char waste[65536];
    int kind = (int)(one->index % FLOODS);
    ssize_t got = read(one->fd, waste, sizeof waste);
    ssize_t sent = write(one->fd, flood.text[kind] + one->votes, flood.length[kind] - one->votes);
    if (got == 0 || (got < 0 && errno != EAGAIN) || (sent < 0 && errno != EAGAIN)) {
        flooder_is_cut(one);
        return;
    }
    if (sent > 0) {
        one->votes = (one->votes + (unsigned)sent) % (unsigned)flood.length[kind];
        flood.bytes += measuring() ? (uint64_t)sent : 0;
    }
}

static void begin_flood(link_t *one) {
    one->state = READY;
    one->votes = 0; /* how much of the text is sent */
    watch(one, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void stop_reading(link_t *one) {
    one->started_at = now_us();
    ready_deaf++;
    watch(one, EPOLL_CTL_MOD, 0); /* its end is told all the same */
}

static void deaf_is_cut(link_t *one) {
    sample(&cut_after, now_us() - one->started_at);
    link_close(one);
}

/* What the system keeps of the server for those who do not read. */
static long waiting_for_the_deaf(void) {
    char line[256];
    long bytes = 0;
    FILE *file = fopen("/proc/net/tcp", "r");
    while (file && fgets(line, sizeof line, file)) {
        unsigned local_port, from, waiting;
        if (sscanf(line, " %*d: %*x:%x %x:%*x %*x %x:", &local_port, &from, &waiting) == 3 &&
            (int)local_port == net.ports[0] && (from & 0xff) == 127 && (from >> 12 & 15) == DEAF + 1)
            bytes += waiting;
    }
    if (file)
        fclose(file);
    return bytes;
}

static void let_unkind_in(void) {
    rss_calm = resident_kib();
    prepare_floods();
    for (int i = 0; i < options.deaf; i++)
        link_open(&deaf[i]);
    for (int i = 0; i < options.flooders; i++)
        link_open(&flooders[i]);
}

/* Four times a second; the system is asked once, as that takes milliseconds, when the backlog has grown. */
static void weigh_the_deaf(uint64_t now) {
    static uint64_t looked;
    if (!options.deaf || now - looked < 250000)
        return;
    looked = now;
    long rss = resident_kib();
    rss_most = rss > rss_most ? rss : rss_most;
    if (!kernel_bytes && ready_deaf == options.deaf && now - deaf[options.deaf - 1].started_at > 6000000)
        kernel_bytes = waiting_for_the_deaf();
}

static void report_unkind(double seconds) {
    if (options.deaf) {
        printf(",\n \"deaf\": {\"deaf\": %d, \"cut\": %zu, \"kib_each\": %.1f, \"kernel_kib_each\": %.1f, ", ready_deaf,
               cut_after.count, (double)(rss_most - rss_calm) / options.deaf, (double)kernel_bytes / 1024 / options.deaf);
        print_samples("cut_after_ms", &cut_after);
        printf("}");
    }
    if (options.flooders)
        printf(",\n \"flood\": {\"bytes_per_second\": %.0f, \"cut\": %lu}", (double)flood.bytes / seconds, flood.cut);
}
