/* Connections of the load generator: opened without waiting, read through one buffer, closed and opened again. */
#ifndef LINK_H
#define LINK_H

#include "wire.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum role { VIEWER, VOTER, HOST, FETCH, DEAF, FLOODER, ASKER };
enum { MOST_PORTS = 16, SMALL_BUFFER = 4096 };
enum state { AWAY, CONNECTING, UPGRADING, GREETED, JOINING, FOLLOWING, READY };

typedef struct link {
    int fd;
    enum role role;
    enum state state;
    unsigned index;
    int has_state;    /* it holds what a screen needs, not only a connection */
    int waiting;      /* an acknowledgement is due */
    unsigned asked;   /* the number of the last event sent */
    uint64_t asked_at, started_at, due; /* `due`: when to connect again, 0 for never */
    unsigned seq;     /* of the public stream */
    unsigned votes;   /* sent */
    unsigned messages;
    uint64_t bytes;
    char *kept;       /* the beginning of a frame whose end has not come yet */
    size_t kept_length;
    struct link *owner; /* of a FETCH */
    const char *cookie;
    unsigned elsewhere; /* how often it went to the next process */
    char tag[48];       /* of the last snapshot */
} link_t;

static struct {
    const char *host, *path;
    int ports[MOST_PORTS], port_count, deflate, epoll;
    unsigned long lost;
} net = {.host = "127.0.0.1", .path = "/socket.io/?EIO=4&transport=websocket", .ports = {5000},
         .port_count = 1};

/* Viewers take the processes in turn. */
static int port_of(const link_t *one) { return net.ports[(one->index + one->elsewhere) % (unsigned)net.port_count]; }

/* Everybody has an address of its own, as phones have: limits count by network. Only loopback has that many. */
static void take_address(link_t *one) {
    int yes = 1;
    unsigned number = one->index + 1;
    struct sockaddr_in from = {.sin_family = AF_INET};
    if (strncmp(net.host, "127.", 4))
        return;
    from.sin_addr.s_addr = htonl(0x7f000000u | ((unsigned)one->role + 1) << 20 | (number / 250 + 1) << 8 | (number % 250 + 1));
    setsockopt(one->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (bind(one->fd, (void *)&from, sizeof from))
        perror("load: bind");
}

static void watch(link_t *one, int how, uint32_t events) {
    epoll_ctl(net.epoll, how, one->fd, &(struct epoll_event){.events = events, .data.ptr = one});
}

static void link_close(link_t *one) {
    if (one->state == AWAY)
        return;
    close(one->fd);
    free(one->kept);
    one->kept = NULL;
    one->kept_length = 0;
    one->state = AWAY;
    one->waiting = 0;
}

static void link_open(link_t *one) {
    int yes = 1, small = SMALL_BUFFER;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port_of(one))};
    inet_pton(AF_INET, net.host, &to.sin_addr);
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one->fd < 0) {
        net.lost++;
        return;
    }
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (one->role == DEAF)
        setsockopt(one->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    take_address(one);
    one->state = CONNECTING;
    one->started_at = now_us();
    if (connect(one->fd, (void *)&to, sizeof to) && errno != EINPROGRESS) {
        link_close(one);
        net.lost++;
        return;
    }
    watch(one, EPOLL_CTL_ADD, EPOLLOUT);
}

static void link_write(link_t *one, const char *data, size_t length) {
    if (write(one->fd, data, length) != (ssize_t)length)
        fprintf(stderr, "load: a short write to connection %u\n", one->index);
}

static void link_say(link_t *one, int opcode, const char *text, size_t length) {
    char out[2048 + LONGEST_HEAD];
    link_write(one, out, put_frame(out, opcode, text, length, 1));
}

static void link_request(link_t *one, int session) {
    char text[2048];
    int length;
    if (one->role == FETCH)
        length = snprintf(text, sizeof text,
            "GET /live/%d/snapshot HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n", session, net.host, port_of(one));
    else
        length = snprintf(text, sizeof text,
            "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s\r\n",
            net.path, net.host, port_of(one),
            net.deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "",
            one->cookie ? "Cookie: " : "", one->cookie ? one->cookie : "", one->cookie ? "\r\n" : "");
    one->state = UPGRADING;
    watch(one, EPOLL_CTL_MOD, EPOLLIN);
    link_write(one, text, (size_t)length);
}

enum { INBOX = 1 << 20 };
static char inbox[INBOX];

/* What was kept and what is new, in `inbox`; its length, or -1 when the other side is gone, -2 for nothing new. */
static ssize_t link_read(link_t *one) {
    size_t kept = one->kept_length;
    if (kept)
        memcpy(inbox, one->kept, kept);
    ssize_t got = read(one->fd, inbox + kept, INBOX - 1 - kept);
    if (got < 0 && errno == EAGAIN)
        return -2;
    if (got <= 0)
        return -1;
    inbox[kept + (size_t)got] = 0;
    return (ssize_t)kept + got;
}

static void link_keep(link_t *one, const char *rest, size_t length) {
    if (length) {
        one->kept = realloc(one->kept, length);
        memcpy(one->kept, rest, length);
    } else if (one->kept_length) {
        free(one->kept);
        one->kept = NULL;
    }
    one->kept_length = length;
}

/* The number after `name` in a text, or `otherwise`. */
static unsigned long long number_after(const char *text, size_t length, const char *name, unsigned long long otherwise) {
    const char *found = memmem(text, length, name, strlen(name));
    return found ? strtoull(found + strlen(name), NULL, 10) : otherwise;
}

#endif
