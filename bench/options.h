/* What the load generator is asked to do. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "link.h"
#include "measure.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_QUESTIONS = 1000 };

static struct {
    int viewers, connect_rate, slope, session, snapshots, cut, fresh, voters, in_flight, floor_rev, question_count;
    int jitter_from, jitter_to, kill, askers, tag, gzip, post, deaf, flooders;
    double warm, seconds, beset, drain, give_up, vote_rate, press_rate;
    const char *host_cookie;
    char **cookies;
    int questions[MOST_QUESTIONS];
} options = {.connect_rate = 1000, .session = 1, .in_flight = 1, .warm = 1, .seconds = 5, .give_up = 120,
             .jitter_from = 200, .jitter_to = 1800};

static const struct {
    const char *name, *says;
} help[] = {
    {"host", "address of the server (127.0.0.1)"},
    {"port", "PORT[,PORT]: its port (5000), or those of its processes, which viewers take in turn"},
    {"pid", "PID[,PID]: its processes, for CPU and memory"},
    {"session", "the session to follow (1)"},
    {"viewers", "how many follow it"},
    {"connect-rate", "connections a second (1000)"},
    {"slope", "read the memory a first time at so many viewers"},
    {"deflate", "1: offer permessage-deflate, as browsers do"},
    {"snapshots", "1: viewers fetch the snapshot when they join, as browsers do"},
    {"cut", "1: cut all viewers off when measuring begins; it ends when they are back"},
    {"kill", "PID: kill this process when measuring begins; who was there goes to the next port"},
    {"fresh", "1: those who come back have forgotten what they saw"},
    {"jitter", "FROM,TO milliseconds before they come back (200,1800)"},
    {"cookies", "file with the Cookie header of each voter, one a line"},
    {"voters", "how many of them connect"},
    {"questions", "ID[,ID]: what they support, in this order"},
    {"in-flight", "votes that are unanswered at any time (1)"},
    {"vote-rate", "votes a second instead"},
    {"post", "1: votes are sent by POST, each voter on a connection of its own"},
    {"askers", "connections that ask for the snapshot, each again as soon as it is answered"},
    {"tag", "1: with the tag of the answer before"},
    {"gzip", "1: and take it compressed"},
    {"deaf", "viewers that never read, coming after the calm window"},
    {"flooders", "connections that send as fast as they are let, coming after it too"},
    {"beset", "seconds of measuring with them (as long as without)"},
    {"host-cookie", "Cookie header of a host, whose slot is running"},
    {"floor-rev", "what the host has seen"},
    {"press-rate", "presses a second, in turn pause and resume"},
    {"warm", "seconds before measuring (1)"},
    {"seconds", "of measuring (5)"},
    {"drain", "seconds after it, and after the last vote was answered, without further ones (0)"},
    {"give-up", "seconds to wait for connections (120)"},
};

enum { HELP_LINES = sizeof help / sizeof *help };

static void read_cookies(const char *path) {
    FILE *file = fopen(path, "r");
    size_t room = 0, count = 0;
    char *line = NULL;
    if (!file) {
        perror(path);
        exit(2);
    }
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\r\n")] = 0;
        options.cookies = realloc(options.cookies, (count + 2) * sizeof *options.cookies);
        options.cookies[count++] = strdup(line);
        options.cookies[count] = NULL;
    }
    options.voters = (int)count;
    free(line);
    fclose(file);
}

static int read_numbers(char *text, int *into, int most) {
    int count = 0;
    for (char *one = strtok(text, ","); one && count < most; one = strtok(NULL, ","))
        into[count++] = atoi(one);
    return count;
}

static void read_option(const char *name, char *value) {
    static const struct {
        const char *name;
        int *number;
    } numbers[] = {
        {"session", &options.session}, {"viewers", &options.viewers},
        {"connect-rate", &options.connect_rate}, {"slope", &options.slope}, {"deflate", &net.deflate},
        {"snapshots", &options.snapshots}, {"cut", &options.cut}, {"fresh", &options.fresh},
        {"voters", &options.voters}, {"in-flight", &options.in_flight}, {"floor-rev", &options.floor_rev},
        {"kill", &options.kill}, {"post", &options.post}, {"askers", &options.askers}, {"tag", &options.tag},
        {"gzip", &options.gzip}, {"deaf", &options.deaf}, {"flooders", &options.flooders},
    };
    static const struct {
        const char *name;
        double *number;
    } times[] = {
        {"warm", &options.warm}, {"seconds", &options.seconds}, {"beset", &options.beset}, {"drain", &options.drain},
        {"give-up", &options.give_up}, {"vote-rate", &options.vote_rate}, {"press-rate", &options.press_rate},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!strcmp(name, numbers[i].name))
            *numbers[i].number = atoi(value);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (!strcmp(name, times[i].name))
            *times[i].number = atof(value);
    if (!strcmp(name, "host"))
        net.host = value;
    else if (!strcmp(name, "port"))
        net.port_count = read_numbers(value, net.ports, MOST_PORTS);
    else if (!strcmp(name, "host-cookie"))
        options.host_cookie = value;
    else if (!strcmp(name, "cookies"))
        read_cookies(value);
    else if (!strcmp(name, "pid"))
        pid_count = read_numbers(value, pids, MOST_PIDS);
    else if (!strcmp(name, "questions"))
        options.question_count = read_numbers(value, options.questions, MOST_QUESTIONS);
    else if (!strcmp(name, "jitter"))
        sscanf(value, "%d,%d", &options.jitter_from, &options.jitter_to);
}

static void read_options(int count, char **words) {
    struct option known[HELP_LINES + 1] = {0};
    int which;
    for (int i = 0; i < HELP_LINES; i++)
        known[i] = (struct option){help[i].name, required_argument, NULL, 0};
    while (getopt_long(count, words, "", known, &which) == 0)
        read_option(help[which].name, optarg);
    if (optind < count || count == 1 || opterr == 0) {
        for (int i = 0; i < HELP_LINES; i++)
            fprintf(stderr, "  --%-13s %s\n", help[i].name, help[i].says);
        exit(2);
    }
    if (options.slope == 0)
        options.slope = options.viewers / 4;
    if (options.beset == 0)
        options.beset = options.seconds;
    options.cut |= options.kill != 0;
    if ((options.vote_rate > 0 || options.voters) && (!options.cookies || !options.question_count)) {
        fprintf(stderr, "load: voters need --cookies and --questions\n");
        exit(2);
    }
}

#endif
