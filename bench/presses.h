/* Votes and a host's presses: when they are sent, how they are answered. Part of load.c. */

/* --- votes -------------------------------------------------------------------------------------------------------- */

static struct {
    unsigned long accepted, answered, refused, out_of_questions;
    unsigned in_flight, next;
    uint64_t due;
    struct {
        char name[40];
        unsigned long times;
    } codes[24];
} votes;

static void count_refusal(const char *text, size_t length) {
    const char *code = memmem(text, length, "\"code\":\"", 8);
    char name[40] = "?";
    if (code)
        sscanf(code + 8, "%39[A-Z_]", name);
    votes.refused++;
    for (unsigned i = 0; i < sizeof votes.codes / sizeof *votes.codes; i++) {
        if (votes.codes[i].times && strcmp(votes.codes[i].name, name))
            continue;
        strcpy(votes.codes[i].name, name);
        votes.codes[i].times++;
        return;
    }
}

static void vote(link_t *one, uint64_t since) {
    char fields[160];
    snprintf(fields, sizeof fields, "\"question\":%d,\"client_id\":\"vote-%d-%u-%u\"",
             options.questions[one->votes % (unsigned)options.question_count], (int)getpid(), one->index, one->votes);
    one->votes++;
    votes.in_flight++;
    if (options.post) {
        one->waiting = 1;
        post(one, "questions.support", fields);
    } else {
        send_event(one, "questions.support", fields);
    }
    one->asked_at = since;
}

/* The next voter who may press, in turn; NULL when everybody waits or has supported every question. */
static link_t *next_voter(void) {
    for (int tried = 0; tried < options.voters; tried++) {
        link_t *one = &voters[votes.next++ % (unsigned)options.voters];
        if (one->state == READY && !one->waiting && one->votes < (unsigned)options.question_count)
            return one;
    }
    return NULL;
}

static void let_vote(uint64_t now) {
    link_t *one;
    if (options.vote_rate > 0) {
        if (!votes.due)
            votes.due = now;
        /* Timed from when the press was due: a server that stalls must not be spared the presses it delayed. */
        for (; votes.due <= now && (one = next_voter()); votes.due += (uint64_t)(1e6 / options.vote_rate))
            vote(one, votes.due);
        return;
    }
    while (votes.in_flight < (unsigned)options.in_flight && (one = next_voter()))
        vote(one, now_us());
    if (votes.in_flight < (unsigned)options.in_flight)
        votes.out_of_questions++;
}

static void vote_answered(link_t *one, const char *text, size_t length) {
    votes.in_flight--;
    if (memmem(text, length, "\"ok\":true", 9)) {
        votes.accepted++;
        if (measuring()) {
            votes.answered++;
            sample(&voted, now_us() - one->asked_at);
        }
    } else {
        count_refusal(text, length);
    }
}

/* --- the host ----------------------------------------------------------------------------------------------------- */

static struct {
    unsigned long long seen;
    int paused;
    unsigned long refused, late;
    uint64_t due;
} press;

static void let_press(uint64_t now) {
    char fields[160];
    if (!press.due)
        press.due = now;
    if (now < press.due)
        return;
    press.due += (uint64_t)(1e6 / options.press_rate);
    if (host.waiting) {
        press.late++; /* the answer of the press before is still to come */
        return;
    }
    snprintf(fields, sizeof fields, "\"session\":%d,\"seen\":%llu,\"client_id\":\"press-%d-%u\"", options.session,
             press.seen, (int)getpid(), host.asked);
    send_event(&host, press.paused ? "live.resume_slot" : "live.pause_slot", fields);
}

static void press_answered(link_t *one, const char *text, size_t length) {
    press.seen = number_after(text, length, "\"floor_rev\":", press.seen);
    if (!memmem(text, length, "\"ok\":true", 9)) {
        press.refused++;
        fprintf(stderr, "load: a press was refused: %.*s\n", (int)(length < 300 ? length : 300), text);
        return;
    }
    press.paused = !press.paused;
    if (measuring())
        sample(&pressed, now_us() - one->asked_at);
}
