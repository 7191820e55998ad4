/* Stands between the real binary and the C library: whoever would be dialled outside of this machine is written down instead. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_local(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24) == 127;
    if (address->sa_family != AF_INET6) return 1; /* a socket in the file system */
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
}

int connect(int socket, const struct sockaddr *address, socklen_t length) {
    if (is_local(address)) return (int)syscall(SYS_connect, socket, address, length);
    char text[INET6_ADDRSTRLEN];
    const void *bytes = address->sa_family == AF_INET ? (const void *)&((const struct sockaddr_in *)address)->sin_addr
                                                      : (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr;
    FILE *dialled = fopen(getenv("OUTSIDE"), "a");
    if (dialled) {
        fprintf(dialled, "%s\n", inet_ntop(address->sa_family, bytes, text, sizeof text));
        fclose(dialled);
    }
    errno = ENETUNREACH;
    return -1;
}
