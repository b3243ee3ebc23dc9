/* Connecting, warming up, measuring, draining: what the load generator does when, and what it says in the end. */

enum { LONGEST_DRAIN_SECONDS = 15 };

static double cpu_began, own_began;
static double own_cpu;
static int before_cut;
static uint64_t all_here;
static unsigned long long top_seq_then;

/* The window before the unkind came, if there are any. */
static struct {
    samples latency, voted, pressed;
    double seconds;
    uint64_t deliveries;
} calm;
static int beset;

static double own_cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static link_t *city(int count, enum role role, char **cookies) {
    link_t *all = calloc((size_t)count + 1, sizeof *all);
    for (int i = 0; i < count; i++) {
        all[i].role = role;
        all[i].index = (unsigned)i;
        all[i].cookie = cookies ? cookies[i] : NULL;
    }
    return all;
}

static void prepare(void) {
    net.epoll = epoll_create1(0);
    viewers = city(options.viewers, VIEWER, NULL);
    fetches = city(options.viewers, FETCH, NULL);
    voters = city(options.voters, VOTER, options.cookies);
    askers = city(options.askers, ASKER, NULL);
    deaf = city(options.deaf, DEAF, NULL);
    flooders = city(options.flooders, FLOODER, NULL);
    host = (link_t){.role = HOST, .cookie = options.host_cookie};
    press.seen = (unsigned long long)options.floor_rev;
    rss_before = resident_kib();
    began = now_us();
    if (options.press_rate > 0)
        link_open(&host);
    for (int i = 0; i < options.askers; i++)
        link_open(&askers[i]);
}

/* Connections are opened at their rate, with a rest at the slope's point so that the memory read there is settled. */
static void open_more(uint64_t now) {
    static uint64_t paused;
    int most = options.viewers;
    if (!slope_ready && options.slope > 0 && options.slope < options.viewers) {
        most = options.slope;
        if (ready_viewers >= options.slope) {
            slope_at = slope_at ? slope_at : now + 500000;
            if (now >= slope_at) {
                rss_slope = resident_kib();
                slope_ready = ready_viewers;
                paused = now - began - (uint64_t)(opened_viewers + opened_voters) * 1000000 / (unsigned)options.connect_rate;
            }
        }
    }
    uint64_t due = (now - began - paused) * (unsigned)options.connect_rate / 1000000 + 1;
    while ((uint64_t)(opened_viewers + opened_voters) < due) {
        if (opened_viewers < most)
            link_open(&viewers[opened_viewers++]);
        else if (opened_viewers == options.viewers && opened_voters < options.voters)
            link_open(&voters[opened_voters++]);
        else
            return;
    }
}

static void reopen(link_t *all, int count, uint64_t now) {
    for (int i = 0; i < count; i++)
        if (all[i].due && all[i].due <= now && all[i].state == AWAY) {
            all[i].due = 0;
            link_open(&all[i]);
        }
}

static int everybody_is_here(void) {
    int needed = options.cut || options.snapshots ? with_state : ready_viewers;
    return needed >= options.viewers && ready_voters >= options.voters &&
           ready_askers >= options.askers &&
           (options.press_rate <= 0 || host.state == READY);
}

static void cut_all(uint64_t now) {
    before_cut = with_state;
    for (int i = 0; i < options.viewers; i++) {
        link_close(&viewers[i]);
        viewers[i].has_state = 0;
        viewers[i].due = now + random_between((uint64_t)options.jitter_from * 1000, (uint64_t)options.jitter_to * 1000);
    }
    ready_viewers = with_state = 0;
}

static void begin_window(uint64_t now) {
    phase = MEASURING;
    rss_full = resident_kib();
    window_began = now;
    cpu_began = cpu_seconds();
    own_began = own_cpu_seconds();
    deliveries = delivered_bytes = votes.answered = 0;
    for (int i = 0; i < options.viewers; i++)
        viewers[i].messages = 0;
    if (options.kill) {
        before_cut = with_state;
        kill(options.kill, SIGKILL);
    } else if (options.cut) {
        cut_all(now);
    }
}

/* The first window is over: what it gave is put aside, and the unkind are let in. */
static void beset_them(uint64_t now) {
    phase = BESETTING;
    beset = 1;
    calm.seconds = (double)(now - window_began) / 1e6;
    calm.latency = latency, calm.voted = voted, calm.pressed = pressed;
    calm.deliveries = deliveries;
    latency = voted = pressed = (samples){0};
    let_unkind_in();
}

/* Whoever lost a process needs a moment to notice, and comes back no sooner than the jitter lets them. */
static int is_over(uint64_t now) {
    double passed = (double)(now - window_began) / 1e6;
    if (!options.cut)
        return passed >= (beset ? options.beset : options.seconds);
    int noticed = !options.kill || (net.lost && passed > options.jitter_from / 1e3);
    return (noticed && with_state >= before_cut) || passed > options.give_up;
}

static void end_window(uint64_t now) {
    phase = DRAINING;
    window_ended = now;
    top_seq_then = top_seq;
    server_cpu = cpu_seconds() - cpu_began;
    own_cpu = own_cpu_seconds() - own_began;
}

/* Whatever is due now; returns for how many milliseconds nothing else will be. */
static int move_on(void) {
    static uint64_t since, looked, quiet;
    uint64_t now = now_us();
    if (now - looked > 5000) {
        looked = now;
        reopen(fetches, options.viewers, now);
        if (options.cut)
            reopen(viewers, options.viewers, now);
        if (beset)
            reopen(flooders, options.flooders, now);
    }
    if (phase == CONNECTING_ALL) {
        open_more(now);
        if (everybody_is_here() || (double)(now - began) / 1e6 > options.give_up) {
            phase = WARMING;
            all_here = since = now;
        }
    } else if (phase == WARMING && (double)(now - since) / 1e6 >= options.warm) {
        begin_window(now);
    } else if (phase == MEASURING) {
        if (is_over(now)) {
            since = now;
            !beset && options.deaf + options.flooders ? beset_them(now) : end_window(now);
        } else if (beset) {
            weigh_the_deaf(now);
        }
    } else if (phase == BESETTING && (double)(now - since) / 1e6 >= options.warm) {
        begin_window(now);
    } else if (phase == DRAINING) {
        /* What is shown may be compared with what is stored only so long after the last vote was answered. */
        if (votes.in_flight && (double)(now - window_ended) / 1e6 < LONGEST_DRAIN_SECONDS)
            quiet = now;
        if ((double)(now - (quiet ? quiet : window_ended)) / 1e6 >= options.drain)
            phase = OVER;
    }
    if (phase >= WARMING && phase <= BESETTING) {
        if (options.voters && options.question_count)
            let_vote(now);
        if (options.press_rate > 0 && host.state == READY)
            let_press(now);
    }
    return 1;
}

/* --- what came of it ---------------------------------------------------------------------------------------------- */

static void report_traffic(double seconds) {
    unsigned most = 0;
    for (int i = 0; i < options.viewers; i++)
        most = viewers[i].messages > most ? viewers[i].messages : most;
    double each = options.viewers ? 1.0 / options.viewers / seconds : 0;
    printf("\"deliveries\": %llu, \"deliveries_per_second\": %.1f, \"bytes_per_delivery\": %.1f,\n",
           (unsigned long long)deliveries, (double)deliveries / seconds,
           deliveries ? (double)delivered_bytes / (double)deliveries : 0);
    printf(" \"per_viewer\": {\"messages_per_second\": %.3f, \"most_messages_per_second\": %.3f, \"bytes_per_second\": %.1f},\n ",
           (double)deliveries * each, most / seconds, (double)delivered_bytes * each);
    print_samples("latency_ms", &latency);
    printf(",\n ");
    print_skew((unsigned)ready_viewers);
}

static void report_server(double seconds) {
    int first = slope_ready ? slope_ready : 0;
    long from = slope_ready ? rss_slope : rss_before;
    printf(",\n \"server\": {\"cpu_seconds\": %.4f, \"of_a_core\": %.4f, \"us_per_delivery\": ", server_cpu, server_cpu / seconds);
    deliveries ? printf("%.3f", server_cpu * 1e6 / (double)deliveries) : printf("null");
    printf(", \"rss_kib\": {\"before\": %ld, \"at_slope\": %ld, \"slope_viewers\": %d, \"full\": %ld}, \"kib_per_viewer\": ",
           rss_before, rss_slope, slope_ready, rss_full);
    ready_viewers > first ? printf("%.2f", (double)(rss_full - from) / (ready_viewers - first)) : printf("null");
    printf("},\n \"generator\": {\"of_a_core\": %.4f}", own_cpu / seconds);
}

static void report_presses(double seconds) {
    if (options.voters) {
        printf(",\n \"votes\": {\"accepted\": %lu, \"answered\": %lu, \"per_second\": %.1f, \"refused\": %lu, \"ran_out\": %lu, ",
               votes.accepted, votes.answered, (double)votes.answered / seconds, votes.refused, votes.out_of_questions);
        print_samples("latency_ms", &voted);
        printf(", \"refusals\": {");
        for (unsigned i = 0; votes.codes[i].times; i++)
            printf("%s\"%s\": %lu", i ? ", " : "", votes.codes[i].name, votes.codes[i].times);
        printf("}}");
    }
    if (options.press_rate > 0) {
        printf(",\n \"presses\": {\"refused\": %lu, \"late\": %lu, ", press.refused, press.late);
        print_samples("latency_ms", &pressed);
        printf("}");
    }
}

static void report_return(void) {
    int agreed = 0;
    for (int i = 0; i < options.viewers; i++)
        agreed += viewers[i].has_state && viewers[i].seq >= top_seq_then;
    printf(",\n \"rejoin\": {\"cut\": %d, \"back\": %d, \"at_newest\": %d, \"gaps\": %lu, \"failed_snapshots\": %lu, ",
           before_cut, with_state, agreed, gaps, failed_fetches);
    print_samples("ms", &back);
    printf("}");
}

static void report_calm(void) {
    printf(",\n \"calm\": {\"deliveries_per_second\": %.1f, ", (double)calm.deliveries / calm.seconds);
    print_samples("latency_ms", &calm.latency);
    printf(", ");
    print_samples("vote_ms", &calm.voted);
    printf(", ");
    print_samples("press_ms", &calm.pressed);
    printf("}");
}

static void report(void) {
    double seconds = (double)(window_ended - window_began) / 1e6;
    printf("{\"viewers\": %d, \"ready\": %d, \"with_state\": %d, \"lost\": %lu, \"voters\": %d, \"seconds\": %.3f,\n",
           options.viewers, ready_viewers, with_state, net.lost, ready_voters, seconds);
    printf(" \"began_us\": %llu, \"window_us\": [%llu, %llu],\n ", (unsigned long long)began,
           (unsigned long long)window_began, (unsigned long long)window_ended);
    printf("\"joining_seconds\": %.3f, ", (double)(all_here - began) / 1e6);
    print_samples("join_ms", &joined);
    printf(",\n ");
    report_traffic(seconds);
    report_server(seconds);
    report_presses(seconds);
    if (options.cut)
        report_return();
    if (options.askers)
        report_asks(seconds);
    if (beset)
        report_calm();
    if (beset)
        report_unkind(seconds);
    printf(",\n \"gaps\": %lu, \"last_tick\": %s}\n", gaps, last_tick[0] ? last_tick : "null");
}
