/*
 * What the same calls cost when nothing is done about them: a SIP server of one page that keeps no transactions and knows
 * one answer. It answers INVITE and BYE, and each call that is up has a port of its own.
 *
 *     reflector SIP_PORT FIRST_RTP_PORT
 *
 * Whoever calls a number that ends in 100 gets no sound, in 501 what they say, in 700 nothing but is heard, in anything else
 * 50 packets of PCMU a second.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { CALLS_MAX = 2048, PACKET = 172, PHASES = 4, PHASE_MS = 5, SIP = 100000, TIMER };
enum kind { FREE, SILENT, PLAYS, ECHOES, HEARS };

struct call {
  enum kind kind;
  int fd;
  char id[128];
  struct sockaddr_in to;
  unsigned char packet[PACKET];
  uint16_t sequence;
  uint32_t timestamp;
};

static struct call calls[CALLS_MAX];
static int poll_fd, sip_fd, first_port, used;

static int listen_on(int port) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (bind(fd, (void *)&here, sizeof here)) exit((perror("reflector: bind"), 1));
  return fd;
}

static void watch(int fd, uint32_t what) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = what};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
}

/* The call of this Call-ID; without one a free place. */
static struct call *find(const char *id) {
  for (int i = 0; i < (id ? used : CALLS_MAX); i++)
    if (id ? calls[i].kind != FREE && !strcmp(calls[i].id, id) : calls[i].kind == FREE) return &calls[i];
  return NULL;
}

static void begin(struct call *call, const char *message, const char *id) {
  const char *to = strchr(message, '@'), *audio = strstr(message, "m=audio ");
  *call = (struct call){.kind = PLAYS, .fd = -1, .packet = {0x80}};
  if (!strncmp(to - 3, "100", 3)) call->kind = SILENT;
  if (!strncmp(to - 3, "501", 3)) call->kind = ECHOES;
  if (!strncmp(to - 3, "700", 3)) call->kind = HEARS;
  if (call - calls >= used) used = (int)(call - calls) + 1;
  snprintf(call->id, sizeof call->id, "%s", id);
  memset(call->packet + 12, 0x55, PACKET - 12);
  call->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)(audio ? atoi(audio + 8) : 9)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (call->kind == SILENT) return;
  call->fd = listen_on(first_port + 2 * (int)(call - calls));
  watch(call->fd, (uint32_t)(call - calls));
}

static void answer(const char *message, const struct sockaddr_in *from) {
  char reply[8192], id[128] = "", *at = reply;
  int is_invite = !strncmp(message, "INVITE ", 7);
  if (!is_invite && strncmp(message, "BYE ", 4)) return;
  at += sprintf(at, "SIP/2.0 200 OK\r\n");
  for (const char *line = message, *end; (end = strstr(line, "\r\n")) && end > line && end - line < 1000; line = end + 2) {
    int length = (int)(end - line), is_to = !strncmp(line, "To:", 3);
    if (!is_to && strncmp(line, "Via:", 4) && strncmp(line, "From:", 5) && strncmp(line, "Call-ID:", 8) && strncmp(line, "CSeq:", 5)) continue;
    if (at - reply > 5000) return;
    if (!strncmp(line, "Call-ID:", 8)) snprintf(id, sizeof id, "%.*s", length, line);
    at += sprintf(at, "%.*s%s\r\n", length, line, is_to && is_invite ? ";tag=r" : "");
  }
  struct call *call = find(id);
  char body[256] = "";
  if (is_invite) {
    /* A repeated INVITE gets the same answer. */
    if (!call && (call = find(NULL))) begin(call, message, id);
    if (!call) return;
    int port = first_port + 2 * (int)(call - calls);
    sprintf(body, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n", port);
    at += sprintf(at, "Contact: <sip:reflector@127.0.0.1:%s>\r\nContent-Type: application/sdp\r\n", getenv("SIP_PORT"));
  } else if (call) {
    if (call->fd >= 0) close(call->fd);
    call->kind = FREE;
  }
  at += sprintf(at, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
  sendto(sip_fd, reply, (size_t)(at - reply), 0, (void *)from, sizeof *from);
}

static void play(struct call *call) {
  uint16_t sequence = htons(call->sequence++);
  uint32_t timestamp = htonl(call->timestamp += 160);
  memcpy(call->packet + 2, &sequence, 2);
  memcpy(call->packet + 4, &timestamp, 4);
  sendto(call->fd, call->packet, PACKET, MSG_DONTWAIT, (void *)&call->to, sizeof call->to);
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: reflector SIP_PORT FIRST_RTP_PORT\n"), 2;
  poll_fd = epoll_create1(0);
  sip_fd = listen_on(atoi(argv[1]));
  first_port = atoi(argv[2]);
  setenv("SIP_PORT", argv[1], 1);
  watch(sip_fd, SIP);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec every = {{0, PHASE_MS * 1000000}, {0, PHASE_MS * 1000000}};
  timerfd_settime(timer, 0, &every, NULL);
  watch(timer, TIMER);
  puts("ready");
  fflush(stdout);
  for (uint64_t tick = 0;;) {
    struct epoll_event events[256];
    char bytes[65536];
    int got = epoll_wait(poll_fd, events, 256, -1);
    for (int e = 0; e < got; e++) {
      uint32_t what = events[e].data.u32;
      if (what == TIMER) {
        uint64_t due;
        if (read(timer, &due, sizeof due) != sizeof due) continue;
        for (due = due < 20 ? due : 20; due > 0; due--, tick++)
          for (int i = (int)(tick % PHASES); i < used; i += PHASES)
            if (calls[i].kind == PLAYS) play(&calls[i]);
        continue;
      }
      struct sockaddr_in from;
      socklen_t from_length = sizeof from;
      int fd = what == SIP ? sip_fd : calls[what].fd;
      ssize_t length = recvfrom(fd, bytes, sizeof bytes - 1, MSG_DONTWAIT, (void *)&from, &from_length);
      if (length <= 0) continue;
      bytes[length] = 0;
      if (what == SIP) answer(bytes, &from);
      else if (calls[what].kind == ECHOES) sendto(fd, bytes, (size_t)length, MSG_DONTWAIT, (void *)&from, sizeof from);
    }
  }
}
