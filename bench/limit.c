/* The limit: what a server costs that does nothing but what has to be done, one write for each viewer.
 *
 * It greets like Engine.IO 4 / Socket.IO 5, answers every event with {"ok":true}, and tells everybody who has sent
 * `follow` a message of 337 bytes RATE times a second (0: never; -1: as often as it can). Nothing is checked and nothing
 * is kept: no server can be faster, and a load generator that keeps up with this one is nobody's bottleneck.
 *
 * build: gcc -O2 -o limit limit.c      use: limit PORT RATE
 */
#define _GNU_SOURCE
#include "wire.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 100000, MESSAGE = 337, ROOM = 512 };

typedef struct {
    int open;
    size_t left; /* the rest of a frame that was written in part: the next may not begin before it is out */
    char rest[ROOM];
} reader;

static reader *readers[MOST];
static int following[MOST], followers, epoll;

static void say(int fd, const char *text, size_t length) {
    char out[ROOM + LONGEST_HEAD];
    (void)!write(fd, out, put_frame(out, TEXT, text, length, 0));
}

static void hear(int fd, char *text, size_t length) {
    char answer[96];
    if (length >= 2 && !memcmp(text, "40", 2)) {
        say(fd, "40{\"sid\":\"limit\"}", 17);
    } else if (length > 2 && !memcmp(text, "42", 2)) {
        int id = atoi(text + 2);
        say(fd, answer, (size_t)snprintf(answer, sizeof answer, "43%d[{\"ok\":true}]", id));
        if (memmem(text, length, "\"follow\"", 8))
            following[followers++] = fd;
    }
}

static void greet(int fd) {
    static const char upgrade[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                  "Sec-WebSocket-Accept: limit\r\n\r\n";
    static const char open[] = "0{\"sid\":\"limit\",\"upgrades\":[],\"pingInterval\":60000,\"pingTimeout\":60000}";
    (void)!write(fd, upgrade, sizeof upgrade - 1);
    say(fd, open, sizeof open - 1);
    readers[fd]->open = 1;
}

static void leave(int fd) {
    for (int i = 0; i < followers; i++)
        if (following[i] == fd)
            following[i--] = following[--followers];
    free(readers[fd]);
    readers[fd] = NULL;
    close(fd);
}

static void serve(int fd) {
    char in[16384];
    ssize_t got = read(fd, in, sizeof in);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN)
            leave(fd);
        return;
    }
    if (!readers[fd]->open) {
        greet(fd);
        return;
    }
    frame one;
    for (size_t at = 0; next_frame(in + at, (size_t)got - at, &one); at += one.whole)
        if (one.opcode == TEXT)
            hear(fd, one.payload, one.length);
}

static void welcome(int listener) {
    int fd, yes = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MOST) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        readers[fd] = calloc(1, sizeof *readers[fd]);
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
    }
}

static void write_to(int fd, const char *data, size_t length) {
    reader *one = readers[fd];
    if (one->left) {
        ssize_t sent = write(fd, one->rest, one->left);
        if (sent < 0 || (size_t)sent < one->left) {
            if (sent > 0)
                memmove(one->rest, one->rest + sent, one->left -= (size_t)sent);
            return; /* this reader misses the message: a limit has no memory */
        }
        one->left = 0;
    }
    ssize_t sent = write(fd, data, length);
    if (sent > 0 && (size_t)sent < length)
        memcpy(one->rest, data + sent, one->left = length - (size_t)sent);
}

static void tell(void) {
    char text[MESSAGE + 1], out[ROOM];
    int head = snprintf(text, sizeof text, "42[\"entry\",{\"t\":%llu,\"pad\":\"", (unsigned long long)now_us());
    memset(text + head, 'x', (size_t)(MESSAGE - 3 - head));
    memcpy(text + MESSAGE - 3, "\"}]", 3);
    size_t length = put_frame(out, TEXT, text, MESSAGE, 0);
    for (int i = 0; i < followers; i++)
        write_to(following[i], out, length);
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (void *)&at, sizeof at) || listen(fd, 4096)) {
        perror("limit");
        exit(2);
    }
    return fd;
}

int main(int count, char **words) {
    if (count != 3) {
        fprintf(stderr, "limit PORT RATE\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int listener = listen_on(atoi(words[1]));
    double rate = atof(words[2]);
    epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
    struct epoll_event events[512];
    for (uint64_t due = now_us();;) {
        uint64_t now = now_us();
        int wait = rate == 0 ? -1 : rate < 0 || due <= now ? 0 : (int)((due - now) / 1000);
        int found = epoll_wait(epoll, events, 512, wait);
        for (int i = 0; i < found; i++)
            events[i].data.fd == listener ? welcome(listener) : serve(events[i].data.fd);
        now = now_us();
        if (rate == 0 || (rate > 0 && now < due))
            continue;
        tell();
        due += rate > 0 ? (uint64_t)(1e6 / rate) : 0;
        if (due < now)
            due = now;
    }
}
