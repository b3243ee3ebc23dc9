/* The load generator: a city of viewers, voters and a host on one epoll, speaking Socket.IO 5 over WebSocket.
 *
 * Viewers follow a session and time every message that carries "t":<CLOCK_MONOTONIC microseconds>. Voters support
 * questions, a fixed number of them unanswered at any time or so many a second. The host pauses and resumes the
 * speaking time. All viewers may be cut off at once, or one of several processes killed, to see how they come back.
 * Askers fetch the snapshot; viewers that never read and flooders make life hard for the others. What came of it is
 * printed as JSON. `load --help` lists the options; docs/performance.md tells what the figures mean.
 *
 * build: gcc -O2 -o load load.c
 */
#define _GNU_SOURCE
#include "link.h"
#include "measure.h"
#include "options.h"
#include "wire.h"
#include <signal.h>
#include <sys/resource.h>

enum phase { CONNECTING_ALL, WARMING, MEASURING, BESETTING, DRAINING, OVER };

static enum phase phase;
static link_t *viewers, *voters, *fetches, *askers, host;
static int ready_viewers, ready_voters, ready_askers, with_state, opened_viewers, opened_voters;
static uint64_t began, window_began, window_ended, slope_at;
static long rss_before, rss_slope, rss_full;
static int slope_ready;
static uint64_t deliveries, delivered_bytes;
static double server_cpu;
static samples latency, joined, voted, pressed, back;
static char last_tick[8192]; /* that counted something, as the first viewer was told */
static unsigned long long top_seq;
static unsigned long gaps, failed_fetches;

static int measuring(void) { return phase == MEASURING; }

static uint64_t random_between(uint64_t low, uint64_t high) { return high > low ? low + (uint64_t)rand() % (high - low) : low; }

static void send_event(link_t *one, const char *name, const char *fields) {
    char text[1024];
    one->asked++;
    one->asked_at = now_us();
    one->waiting = 1;
    link_say(one, TEXT, text, (size_t)snprintf(text, sizeof text, "42%u[\"%s\",{%s}]", one->asked, name, fields));
}

static void post(link_t *one, const char *name, const char *fields);
static void lost(link_t *one, const char *why);

#include "presses.h"
#include "ask.h"
#include "unkind.h"

/* --- following ---------------------------------------------------------------------------------------------------- */

static void has_state(link_t *one) {
    if (one->has_state)
        return;
    one->has_state = 1;
    with_state++;
    if (!options.cut || !measuring())
        sample(&joined, now_us() - one->started_at);
    else
        sample(&back, now_us() - window_began);
}

static void fetch(link_t *owner) {
    link_t *one = &fetches[owner->index];
    one->owner = owner;
    one->role = FETCH;
    one->index = owner->index;
    one->elsewhere = owner->elsewhere;
    link_open(one);
}

static void follow_answered(link_t *one, const char *text, size_t length) {
    int missed_nothing = memmem(text, length, "\"entries\":null", 14) == NULL;
    one->state = READY;
    one->role == VIEWER ? ready_viewers++ : one->role == VOTER ? ready_voters++ : 0;
    if (one->role == DEAF)
        stop_reading(one);
    if (one->role != VIEWER)
        return;
    if (!missed_nothing && (options.snapshots || options.cut)) {
        fetch(one);
        return;
    }
    unsigned seq = (unsigned)number_after(text, length, "\"seq\":", 0);
    one->seq = one->seq > seq ? one->seq : seq;
    has_state(one);
}

static void fetched(link_t *one, const char *text, size_t length) {
    link_t *owner = one->owner;
    unsigned seq = (unsigned)number_after(text, length, "\"seq\":", 0);
    int good = length > 12 && !memcmp(text + 9, "200", 3);
    link_close(one);
    if (!good) {
        failed_fetches++;
        one->due = now_us() + 1000000;
        return;
    }
    owner->seq = owner->seq > seq ? owner->seq : seq;
    has_state(owner);
}

static void follow(link_t *one) {
    char fields[120];
    int length = snprintf(fields, sizeof fields, "\"session\":%d", options.session);
    if (one->has_state == 0 && one->seq && !options.fresh)
        snprintf(fields + length, sizeof fields - (size_t)length, ",\"seen\":{\"session:%d:public\":%u}", options.session,
                 one->seq);
    one->state = FOLLOWING;
    send_event(one, "follow", fields);
}

static void entry(link_t *one, const char *text, size_t length) {
    unsigned seq = (unsigned)number_after(text, length < 120 ? length : 120, "\"seq\":", 0);
    if (one->has_state && seq > one->seq + 1)
        gaps++;
    if (seq > one->seq)
        one->seq = seq;
    if (seq > top_seq)
        top_seq = seq;
}

static void delivered(link_t *one, const char *text, size_t length, int readable) {
    one->messages += measuring();
    one->bytes += measuring() ? length : 0;
    if (readable && length > 40 && !memcmp(text, "42[\"entry\",{\"stream\":\"session:", 30))
        entry(one, text, length);
    else if (readable && one->index == 0 && length < sizeof last_tick && memmem(text, length, "\"tallies\":{\"", 12))
        memcpy(last_tick, text + 10, length - 11), last_tick[length - 11] = 0;
    if (!measuring())
        return;
    deliveries++;
    delivered_bytes += length;
    uint64_t sent = readable ? number_after(text, length, "\"t\":", 0) : 0, now = now_us();
    if (sent >= window_began && now >= sent) {
        sample(&latency, now - sent);
        reached(sent, now);
    }
}

/* --- what comes in ------------------------------------------------------------------------------------------------ */

static void lost(link_t *one, const char *why) {
    if (one->role == FLOODER || one->role == DEAF) {
        link_close(one);
        one->due = one->role == FLOODER ? now_us() + FLOOD_AGAIN_US : 0;
        return;
    }
    if (one->role != FETCH && net.lost++ < 3 && !options.kill)
        fprintf(stderr, "load: connection %u of role %d is lost: %s\n", one->index, one->role, why);
    if (one->state == READY)
        one->role == VIEWER ? ready_viewers-- : one->role == VOTER ? ready_voters-- : 0;
    if (one->role == VOTER && one->waiting && one->state == READY)
        votes.in_flight--;
    link_close(one);
    with_state -= one->has_state;
    one->has_state = 0;
    one->elsewhere += options.kill != 0;
    if (options.cut)
        one->due = now_us() + random_between((uint64_t)options.jitter_from * 1000, (uint64_t)options.jitter_to * 1000);
}

static void answered(link_t *one, const char *text, size_t length) {
    if ((unsigned)atoi(text + 2) != one->asked)
        return;
    one->waiting = 0;
    if (one->state == FOLLOWING && !memmem(text, length, "\"ok\":true", 9))
        lost(one, text);
    else if (one->state == FOLLOWING)
        follow_answered(one, text, length);
    else if (one->role == VOTER)
        vote_answered(one, text, length);
    else if (one->role == HOST)
        press_answered(one, text, length);
}

/* The packet's digits, the first without a second: "0" open, "1" close, "2" ping, "40" joined, "42" event, "43" answer.
 * A compressed message cannot be read here: the first three are what they have to be, and the shortest are pings. */
static int kind_of(link_t *one, frame *found) {
    if (!found->compressed)
        return found->payload[0] == '4' && found->length > 1 ? 40 + found->payload[1] - '0' : found->payload[0] - '0';
    if (one->state == GREETED || one->state == JOINING)
        return one->state == GREETED ? 0 : 40;
    return one->state == FOLLOWING ? 43 : found->length < 16 ? 2 : 42;
}

static void hear(link_t *one, frame *found) {
    switch (kind_of(one, found)) {
    case 2:
        link_say(one, TEXT, "3", 1);
        return;
    case 0:
        one->state = JOINING;
        link_say(one, TEXT, "40", 2);
        return;
    case 40:
        one->role == FLOODER ? begin_flood(one) : follow(one);
        return;
    case 43:
        if (found->compressed)
            follow_answered(one, "", 0);
        else
            answered(one, found->payload, found->length);
        return;
    case 42:
        if (one->role == VIEWER)
            delivered(one, found->payload, found->length, !found->compressed);
        return;
    case 1:
        lost(one, "the server has ended it");
        return;
    default:
        lost(one, "the server has refused it");
    }
}

static size_t upgraded(link_t *one, size_t length) {
    char *end = memmem(inbox, length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (strncmp(inbox, "HTTP/1.1 101", 12)) {
        inbox[64] = 0;
        lost(one, inbox);
        return 0;
    }
    one->state = GREETED;
    return (size_t)(end + 4 - inbox);
}

/* Of a snapshot only the beginning matters: where it stands. Its end is where the server closes. */
static void read_snapshot(link_t *one) {
    ssize_t got = link_read(one);
    if (got >= 0)
        link_keep(one, inbox, got < 2048 ? (size_t)got : 2048);
    else if (got == -1)
        fetched(one, one->kept ? one->kept : "", one->kept_length);
}

static void read_frames(link_t *one) {
    ssize_t got = link_read(one);
    if (got < 0) {
        if (got == -1)
            lost(one, "the server has closed it");
        return;
    }
    size_t length = (size_t)got, at = one->state == UPGRADING ? upgraded(one, length) : 0;
    frame found;
    while (one->state > UPGRADING && next_frame(inbox + at, length - at, &found)) {
        at += found.whole;
        if (found.opcode == TEXT && found.length)
            hear(one, &found);
        else if (found.opcode == PING)
            link_say(one, PONG, found.payload, found.length);
        else if (found.opcode == CLOSE)
            lost(one, "the server has said goodbye");
    }
    if (one->state != AWAY)
        link_keep(one, inbox + at, length - at);
}

static void turn_to(link_t *one) {
    if (one->state == CONNECTING) {
        int fault = 0;
        socklen_t size = sizeof fault;
        getsockopt(one->fd, SOL_SOCKET, SO_ERROR, &fault, &size);
        if (fault)
            lost(one, strerror(fault));
        else if (speaks_plainly(one))
            begin_plainly(one);
        else
            link_request(one, options.session);
    } else if (one->role == FETCH) {
        read_snapshot(one);
    } else if (one->role == FLOODER && one->state == READY) {
        go_on_flooding(one);
    } else if (one->role == DEAF && one->state == READY) {
        deaf_is_cut(one);
    } else if (speaks_plainly(one) && one->state != AWAY) {
        read_answer(one);
    } else if (one->state != AWAY) {
        read_frames(one);
    }
}

#include "phases.h"

int main(int count, char **words) {
    read_options(count, words);
    signal(SIGPIPE, SIG_IGN);
    srand(7);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    prepare();
    struct epoll_event events[512];
    while (phase != OVER) {
        int found = epoll_wait(net.epoll, events, 512, move_on());
        for (int i = 0; i < found; i++)
            turn_to(events[i].data.ptr);
    }
    report();
    return ready_viewers + ready_voters + ready_askers > 0 ? 0 : 1;
}
