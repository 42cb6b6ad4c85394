/* Floor of P3: one loop of send() over N connected sockets, the least that telling N clients can cost.
 *
 * usage: send_loop N FILE   (FILE: the bytes that everyone is sent)
 * Prints "ready PORT", accepts N connections, prints "connected"; then for each line on standard input sends FILE's
 * bytes to everyone and prints "WALL_NS CPU_NS", how long it took and what of the processor. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static long long now_ns(clockid_t clock) {
    struct timespec at;
    clock_gettime(clock, &at);
    return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static void need(int holds, const char *what) {
    if (!holds) {
        perror(what);
        exit(1);
    }
}

int main(int argc, char **argv) {
    need(argc == 3, "usage: send_loop N FILE");
    int count = atoi(argv[1]), one = 1, buffer = 256 * 1024;
    FILE *file = fopen(argv[2], "rb");
    need(file != NULL, argv[2]);
    static char bytes[1 << 20];
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    need(bind(listener, (struct sockaddr *)&address, size) == 0, "bind");
    need(listen(listener, 4096) == 0, "listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);

    int *sockets = malloc(sizeof(int) * count);
    for (int i = 0; i < count; i++) {
        sockets[i] = accept(listener, NULL, NULL);
        need(sockets[i] >= 0, "accept");
    }
    printf("connected\n");
    fflush(stdout);

    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL) {
        long long start = now_ns(CLOCK_MONOTONIC), cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; i < count; i++)
            need(send(sockets[i], bytes, length, MSG_NOSIGNAL) == (ssize_t)length, "send");
        printf("%lld %lld\n", now_ns(CLOCK_MONOTONIC) - start, now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu);
        fflush(stdout);
    }
    return 0;
}
