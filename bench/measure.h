/* Samples and their percentiles, how far one broadcast was spread in time, and what a process has used. */
#ifndef MEASURE_H
#define MEASURE_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    uint32_t *us;
    size_t count, room;
} samples;

static inline void sample(samples *s, uint64_t us) {
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 65536;
        s->us = realloc(s->us, s->room * sizeof *s->us);
        if (!s->us) {
            perror("load");
            exit(2);
        }
    }
    s->us[s->count++] = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* `"name": {count, p50, p95, p99, max}` in milliseconds; null without a sample. */
static inline void print_samples(const char *name, samples *s) {
    if (!s->count) {
        printf("\"%s\": null", name);
        return;
    }
    qsort(s->us, s->count, sizeof *s->us, by_size);
    printf("\"%s\": {\"count\": %zu, \"p50\": %.2f, \"p95\": %.2f, \"p99\": %.2f, \"max\": %.2f}", name, s->count,
           s->us[s->count / 2] / 1e3, s->us[s->count * 95 / 100] / 1e3, s->us[s->count * 99 / 100] / 1e3,
           s->us[s->count - 1] / 1e3);
}

/* Each broadcast is known by its time of sending. */
typedef struct {
    uint64_t sent, first, last;
    unsigned reached;
} broadcast;

enum { MOST_BROADCASTS = 1 << 16 };
static broadcast broadcasts[MOST_BROADCASTS];
static unsigned broadcast_count;

static inline void reached(uint64_t sent, uint64_t at) {
    static unsigned place;
    if (broadcasts[place].sent != sent) {
        place = (unsigned)((sent * 0x9e3779b97f4a7c15ull) >> 48);
        while (broadcasts[place].sent && broadcasts[place].sent != sent)
            place = (place + 1) % MOST_BROADCASTS;
        if (!broadcasts[place].sent) {
            if (broadcast_count > MOST_BROADCASTS * 3 / 4)
                return;
            broadcast_count++;
            broadcasts[place] = (broadcast){.sent = sent, .first = at};
        }
    }
    broadcasts[place].last = at;
    broadcasts[place].reached++;
}

/* Last viewer minus first, of the broadcasts that reached all of them. */
static inline void print_skew(unsigned everybody) {
    samples skew = {0};
    for (unsigned i = 0; i < MOST_BROADCASTS; i++)
        if (broadcasts[i].sent && broadcasts[i].reached >= everybody)
            sample(&skew, broadcasts[i].last - broadcasts[i].first);
    print_samples("skew_ms", &skew);
}

/* Processes under measurement. */

enum { MOST_PIDS = 16 };
static int pids[MOST_PIDS], pid_count;

/* CPU seconds of a process by /proc/PID/stat, which counts in hundredths. */
static inline double cpu_by_ticks(int pid) {
    char path[64], text[1024];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    char *rest = strrchr(text, ')');
    if (rest)
        sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

/* The same in nanoseconds, where the kernel keeps them for each thread; 0 where it does not. */
static inline double cpu_by_schedule(int pid) {
    char path[320];
    double seconds = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    if (!threads)
        return 0;
    for (struct dirent *one; (one = readdir(threads));) {
        unsigned long long used;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, one->d_name);
        FILE *file = one->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (!file)
            continue;
        if (fscanf(file, "%llu", &used) == 1)
            seconds += (double)used / 1e9;
        fclose(file);
    }
    closedir(threads);
    return seconds;
}

static inline double cpu_seconds(void) {
    double seconds = 0;
    for (int i = 0; i < pid_count; i++) {
        double fine = cpu_by_schedule(pids[i]);
        seconds += fine > 0 ? fine : cpu_by_ticks(pids[i]);
    }
    return seconds;
}

static inline long resident_kib(void) {
    long pages = 0;
    for (int i = 0; i < pid_count; i++) {
        char path[64];
        long all, resident;
        snprintf(path, sizeof path, "/proc/%d/statm", pids[i]);
        FILE *file = fopen(path, "r");
        if (!file)
            continue;
        if (fscanf(file, "%ld %ld", &all, &resident) == 2)
            pages += resident;
        fclose(file);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

#endif
