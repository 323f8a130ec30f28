/*
 * The far ends of many calls: RTP endpoints on loopback, in one process that costs little, with arrival times taken by the
 * kernel, so that this process being late does not look like the platform being late.
 *
 *     rtp-meter FIRST_PORT ENDS STEP SOUND.ulaw
 *
 * End k listens on 127.0.0.1:FIRST_PORT + k * STEP. What it is told, a line each on stdin:
 *
 *     send k port    end k sends the sound as PCMU, 50 packets a second, to 127.0.0.1:port
 *     reset          counting begins
 *     print          one line of JSON with what was counted
 *
 * It ends with its stdin.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { ENDS_MAX = 2048, SAMPLES = 160, HEADER = 12, BATCH = 32, PERIOD_MS = 20, BINS = 5000, BIN_US = 100, TIMER = 100000, STDIN };

struct end {
  int fd, sends;
  struct sockaddr_in to;
  uint16_t sequence;
  uint32_t timestamp;
  size_t place;
  int heard;
  uint16_t heard_sequence;
  int64_t heard_ns;
  uint64_t packets;
};

static struct end ends[ENDS_MAX];
static int count;
static unsigned char *sound;
static size_t sound_bytes;
static uint64_t received, lost, sent, errors;
/* How far from 20 ms the gaps between packets are. */
static uint32_t error_bins[BINS];
static int64_t began_ns;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int64_t arrival_ns(struct msghdr *header) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
      struct timespec at;
      memcpy(&at, CMSG_DATA(c), sizeof at);
      return at.tv_sec * 1000000000LL + at.tv_nsec;
    }
  return 0;
}

static void hear(struct end *end, const unsigned char *packet, int64_t at_ns) {
  uint16_t sequence = (uint16_t)(packet[2] << 8 | packet[3]);
  int16_t ahead = (int16_t)(sequence - end->heard_sequence);
  if (end->heard && ahead <= 0) return;
  if (end->heard) {
    lost += (uint64_t)(ahead - 1);
    if (ahead == 1) {
      int64_t off = llabs(at_ns - end->heard_ns - PERIOD_MS * 1000000LL) / (BIN_US * 1000);
      error_bins[off < BINS ? off : BINS - 1]++;
      errors++;
    }
  }
  end->heard = 1;
  end->heard_sequence = sequence;
  end->heard_ns = at_ns;
  end->packets++;
  received++;
}

static void receive(struct end *end) {
  static unsigned char bytes[BATCH][2048], control[BATCH][128];
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  for (int got = BATCH; got == BATCH;) {
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
      parts[i] = (struct iovec){bytes[i], sizeof bytes[i]};
      messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = control[i], .msg_controllen = sizeof control[i]};
    }
    got = recvmmsg(end->fd, messages, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) {
      int is_pcmu = messages[i].msg_len >= HEADER && bytes[i][0] >> 6 == 2 && (bytes[i][1] & 0x7f) == 0;
      if (is_pcmu) hear(end, bytes[i], arrival_ns(&messages[i].msg_hdr));
    }
  }
}

static void speak(int index) {
  struct end *end = &ends[index];
  unsigned char packet[HEADER + SAMPLES] = {0x80, 0};
  uint16_t sequence = htons(end->sequence++);
  uint32_t timestamp = htonl(end->timestamp), source = htonl(0x5a000000u + (uint32_t)index);
  memcpy(packet + 2, &sequence, 2);
  memcpy(packet + 4, &timestamp, 4);
  memcpy(packet + 8, &source, 4);
  memcpy(packet + HEADER, sound + end->place, SAMPLES);
  end->timestamp += SAMPLES;
  end->place = (end->place + SAMPLES) % sound_bytes;
  if (sendto(end->fd, packet, sizeof packet, MSG_DONTWAIT, (void *)&end->to, sizeof end->to) == sizeof packet) sent++;
}

static void reset(void) {
  received = lost = sent = errors = 0;
  memset(error_bins, 0, sizeof error_bins);
  for (int i = 0; i < count; i++) ends[i].heard = 0, ends[i].packets = 0;
  began_ns = now_ns();
}

static double error_ms(double share) {
  uint64_t seen = 0;
  for (int bin = 0; bin < BINS; bin++)
    if ((seen += error_bins[bin]) > share * errors) return bin * BIN_US / 1000.0;
  return -1;
}

static void print(void) {
  int hearing = 0;
  uint64_t least = UINT64_MAX;
  for (int i = 0; i < count; i++) {
    receive(&ends[i]);
    hearing += ends[i].packets > 0;
    if (ends[i].packets < least) least = ends[i].packets;
  }
  printf("{\"seconds\":%.3f,\"received\":%llu,\"hearing\":%d,\"least\":%llu,\"lost\":%llu,\"sent\":%llu,\"errorMs\":{\"median\":%.1f,\"p99\":%.1f}}\n",
         (now_ns() - began_ns) / 1e9, (unsigned long long)received, hearing, (unsigned long long)least, (unsigned long long)lost,
         (unsigned long long)sent, error_ms(0.5), error_ms(0.99));
  fflush(stdout);
}

/* Whole lines of stdin. Returns 0 at its end. */
static int obey(void) {
  static char text[65536];
  static size_t length;
  ssize_t got = read(0, text + length, sizeof text - 1 - length);
  if (got <= 0) return got < 0;
  length += (size_t)got;
  text[length] = 0;
  char *line = text;
  for (char *end; (end = strchr(line, '\n')); line = end + 1) {
    int index, port;
    *end = 0;
    if (sscanf(line, "send %d %d", &index, &port) == 2 && index >= 0 && index < count) {
      ends[index].to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
      ends[index].sends = 1;
    } else if (!strcmp(line, "reset")) reset();
    else if (!strcmp(line, "print")) print();
  }
  length = strlen(line);
  memmove(text, line, length);
  return 1;
}

static void load(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) exit((perror(path), 1));
  sound = malloc(1 << 20);
  sound_bytes = fread(sound, 1, 1 << 20, file);
  sound_bytes -= sound_bytes % SAMPLES;
  fclose(file);
  if (sound_bytes == 0) exit((fprintf(stderr, "%s is empty\n", path), 1));
}

static void watch(int poll, int fd, uint32_t what) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = what};
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv) {
  if (argc != 5) return fprintf(stderr, "usage: rtp-meter FIRST_PORT ENDS STEP SOUND.ulaw\n"), 2;
  int first = atoi(argv[1]), step = atoi(argv[3]), poll = epoll_create1(0);
  count = atoi(argv[2]);
  if (count < 1 || count > ENDS_MAX) return fprintf(stderr, "1 to %d ends\n", ENDS_MAX), 2;
  load(argv[4]);
  for (int i = 0; i < count; i++) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(first + i * step)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1, buffer = 262144, fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (bind(fd, (void *)&here, sizeof here)) return perror("rtp-meter: bind"), 1;
    /* Everybody at another place of the sound. */
    ends[i] = (struct end){.fd = fd, .place = (size_t)i * 7919 * SAMPLES % sound_bytes};
    watch(poll, fd, (uint32_t)i);
  }
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec every = {{0, 1000000}, {0, 1000000}};
  timerfd_settime(timer, 0, &every, NULL);
  watch(poll, timer, TIMER);
  fcntl(0, F_SETFL, O_NONBLOCK);
  watch(poll, 0, STDIN);
  reset();
  puts("ready");
  fflush(stdout);
  for (uint64_t tick = 0;;) {
    struct epoll_event events[256];
    int got = epoll_wait(poll, events, 256, 1000);
    for (int e = 0; e < got; e++) {
      uint32_t what = events[e].data.u32;
      uint64_t due;
      if (what < TIMER) receive(&ends[what]);
      else if (what == STDIN) {
        if (!obey()) return 0;
      } else if (read(timer, &due, sizeof due) == sizeof due) {
        for (due = due < 100 ? due : 100; due > 0; due--, tick++)
          for (int i = (int)(tick % PERIOD_MS); i < count; i += PERIOD_MS)
            if (ends[i].sends) speak(i);
      }
    }
  }
}
