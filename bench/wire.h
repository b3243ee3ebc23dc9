/* WebSocket frames and the one clock: what the load generator and the limit server both need. */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>
#include <string.h>
#include <time.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };
enum { LONGEST_HEAD = 14 };

/* Microseconds of CLOCK_MONOTONIC, which every process of a machine reads alike. */
static inline uint64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

typedef struct {
    int opcode;
    int compressed;
    char *payload;
    size_t length;
    size_t whole; /* of the frame, head and all */
} frame;

/* The frame at the beginning of `data`, unmasked in place; 0 when it is not all there yet. */
static inline int next_frame(char *data, size_t length, frame *found) {
    unsigned char *b = (unsigned char *)data;
    if (length < 2)
        return 0;
    size_t head = 2, size = b[1] & 127;
    size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
    size_t mask = b[1] & 128 ? 4 : 0;
    if (length < head + extra + mask)
        return 0;
    if (extra) {
        size = 0;
        for (size_t i = 0; i < extra; i++)
            size = size << 8 | b[head + i];
    }
    head += extra;
    if (length < head + mask + size)
        return 0;
    found->opcode = b[0] & 15;
    found->compressed = !!(b[0] & 0x40);
    found->payload = data + head + mask;
    found->length = size;
    found->whole = head + mask + size;
    for (size_t i = 0; mask && i < size; i++)
        found->payload[i] ^= data[head + (i & 3)];
    return 1;
}

/* Writes a whole frame into `into`, which has room for LONGEST_HEAD more bytes than the payload; returns its length.
 * A client has to mask; which key it takes makes no difference to the work of a server. */
static inline size_t put_frame(char *into, int opcode, const char *payload, size_t length, int masked) {
    static const unsigned char key[4] = {0x5a, 0x13, 0xc7, 0x8e};
    unsigned char *b = (unsigned char *)into;
    size_t head = 2;
    b[0] = (unsigned char)(0x80 | opcode);
    if (length < 126) {
        b[1] = (unsigned char)length;
    } else if (length <= 0xffff) {
        b[1] = 126, b[2] = (unsigned char)(length >> 8), b[3] = (unsigned char)length;
        head = 4;
    } else {
        b[1] = 127;
        for (int i = 0; i < 8; i++)
            b[2 + i] = (unsigned char)((uint64_t)length >> (56 - 8 * i));
        head = 10;
    }
    if (masked) {
        b[1] |= 0x80;
        memcpy(b + head, key, 4);
        head += 4;
    }
    for (size_t i = 0; i < length; i++)
        b[head + i] = (unsigned char)payload[i] ^ (masked ? key[i & 3] : 0);
    return head + length;
}

#endif
