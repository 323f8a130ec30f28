/** One line: RTP, RTCP and SRTP over a pair of ports. */
import type { RemoteInfo } from 'node:dgram'
import type { LineAddress, LineAgreement, LineStatistics, MediaLine, MediaLineEvents } from '../../engine/ports/line.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import { newUuid, randomUint32 } from '../../lib/ids.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import { datagramKind } from '../../wire/rtp/datagram-kind.ts'
import { formatOf, type RtpFormats } from '../../wire/rtp/formats.ts'
import { Latch } from '../../wire/rtp/latch.ts'
import { parseRtp } from '../../wire/rtp/packet.ts'
import { RtpReceiver } from '../../wire/rtp/receiver.ts'
import { RtcpSession } from '../../wire/rtp/rtcp-session.ts'
import { RtpSender } from '../../wire/rtp/sender.ts'
import { SrtpReceiver, SrtpSender } from '../../wire/rtp/srtp.ts'
import type { PortPair } from './port-pairs.ts'

/** Nothing at all came for so long: the party is gone. One minute of frames. */
const SILENT_FRAMES = 3000
/** Of what we send: 60 ms of sound with its header and the seal of SRTP, or a report. */
const PACKET_BYTES_MAX = 640
/**
 * While the network takes what is sent at once one would do; when it does not, the next must not overwrite it. Each line has its own,
 * so that nobody ever hears another call.
 */
const BUFFERS = 4

/** `sent` is the beginning of `bytes`; made anew only when another length is sent than before. */
interface Datagram {
  readonly bytes: Uint8Array
  sent: Uint8Array
}

interface Encryption {
  readonly sender: SrtpSender
  readonly receiver: SrtpReceiver
  /** Both keys, to know them again. */
  readonly keys: string
}

export class RtpLine implements MediaLine {
  readonly local: LineAddress
  readonly #clock: Clock
  readonly #events: MediaLineEvents
  readonly #ports: PortPair
  #agreement: LineAgreement | null = null
  #latch: Latch | null = null
  #sender: RtpSender | null = null
  #receiver: RtpReceiver | null = null
  #rtcp: RtcpSession | null = null
  #encryption: Encryption | null = null
  #reporting: Timer | null = null
  /** Frames since something came; null once that was told. */
  #quietFrames: number | null = 0
  #sentPackets = 0
  readonly #datagrams = Array.from({ length: BUFFERS }, newDatagram)
  #nextDatagram = 0
  #isClosed = false

  constructor(clock: Clock, ports: PortPair, address: string, events: MediaLineEvents) {
    this.#clock = clock
    this.#ports = ports
    this.#events = events
    this.local = { address, port: ports.port, rtcpPort: ports.port + 1 }
    ports.rtp.on('message', (bytes, from) => this.#onDatagram(bytes, from))
    ports.rtcp.on('message', (bytes, from) => this.#onRtcp(bytes, from))
  }

  connect(agreement: LineAgreement): void {
    if (this.#isClosed) return
    const { codec, payloadType, events, ptimeMs, remote } = agreement
    const formats: RtpFormats = { codec, payloadType, events }
    const now = this.#clock.now()
    this.#agreement = agreement
    this.#quietFrames = 0
    this.#encrypt(agreement.srtp)
    if (this.#latch) this.#latch.name(remote, now)
    else this.#latch = new Latch(remote, now)
    if (this.#sender) this.#sender.agree({ ...formats, ptimeMs })
    else this.#sender = new RtpSender({ ...formats, ptimeMs })
    if (this.#receiver) this.#receiver.agree(formats)
    else
      this.#receiver = new RtpReceiver({
        formats,
        tellKey: ({ happened, key }) => {
          if (happened === 'began') this.#events.key(key)
        },
      })
    if (this.#rtcp) return
    const sender = this.#sender
    const sending = { ssrc: sender.ssrc, clockRateHz: SAMPLES_PER_MS * 1000, info: () => sender.info() }
    this.#rtcp = new RtcpSession(sending, newUuid())
    this.#planReport()
  }

  take(into: Uint8Array): boolean {
    const receiver = this.#receiver
    if (this.#isClosed || !receiver || !this.#agreement?.receives) return false
    if (this.#quietFrames !== null && ++this.#quietFrames > SILENT_FRAMES) {
      this.#quietFrames = null
      this.#events.silent()
    }
    return receiver.take(into)
  }

  give(frame: Uint8Array | null): void {
    const sender = this.#sender
    const target = this.#latch?.target
    if (this.#isClosed || !sender || !target || !this.#agreement?.sends) return
    sender.give(frame)
    for (;;) {
      const datagram = this.#takeDatagram()
      const length = sender.next(datagram.bytes)
      if (length === 0) return
      const whole = this.#encryption ? this.#encryption.sender.protectRtp(datagram.bytes, length) : length
      this.#sentPackets += 1
      this.#ports.rtp.send(beginning(datagram, whole), target.port, target.address)
    }
  }

  sendKey(digit: string, lengthMs: number): boolean {
    return this.#agreement?.sends === true && (this.#sender?.sendKey(digit, lengthMs) ?? false)
  }

  statistics(): LineStatistics {
    const reception = this.#receiver?.reception
    const jitter = this.#receiver?.jitterCounts
    return {
      sentPackets: this.#sentPackets,
      receivedPackets: reception?.received ?? 0,
      lostPackets: Math.max(0, reception?.lost ?? 0),
      discardedPackets: jitter ? jitter.late + jitter.discarded : 0,
      jitterMs: reception?.jitterMs ?? 0,
      roundTripMs: this.#rtcp?.roundTripMs ?? null,
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#reporting?.cancel()
    if (this.#rtcp) this.#report({ bye: true })
    // What has just been sent goes out first.
    setImmediate(() => this.#ports.close())
  }

  #encrypt(srtp: LineAgreement['srtp']): void {
    const keys = srtp
      ? `${Buffer.from(srtp.ours.keyAndSalt).toString('hex')} ${Buffer.from(srtp.theirs.keyAndSalt).toString('hex')}`
      : null
    // The same keys go on with the counts they have.
    if (keys === (this.#encryption?.keys ?? null)) return
    this.#encryption =
      srtp && keys ? { sender: new SrtpSender(srtp.ours), receiver: new SrtpReceiver(srtp.theirs), keys } : null
  }

  #onDatagram(bytes: Uint8Array, from: RemoteInfo): void {
    const kind = datagramKind(bytes)
    if (kind === 'rtp') this.#onRtp(bytes, from)
    else if (kind === 'rtcp') this.#onRtcp(bytes, from)
  }

  #onRtp(bytes: Uint8Array, from: RemoteInfo): void {
    const receiver = this.#receiver
    const latch = this.#latch
    const agreement = this.#agreement
    if (!receiver || !latch || !agreement || this.#isClosed) return
    const encryption = this.#encryption
    const length = encryption ? encryption.receiver.unprotectRtp(bytes) : bytes.length
    const packet = length > 0 ? parseRtp(bytes, length) : null
    if (!packet || formatOf(packet.payloadType, agreement) === null) return
    const now = this.#clock.now()
    if (!latch.judge(from, packet, { now, authenticated: encryption !== null })) return
    if (this.#quietFrames !== null) this.#quietFrames = 0
    receiver.receive(packet, bytes, performance.now())
  }

  #onRtcp(bytes: Uint8Array, from: RemoteInfo): void {
    const rtcp = this.#rtcp
    if (!rtcp || this.#isClosed || !this.#latch?.isFromPeer(from.address)) return
    const length = this.#encryption ? this.#encryption.receiver.unprotectRtcp(bytes) : bytes.length
    if (length === 0) return
    const isOurs = rtcp.read(bytes, this.#clock.now(), this.#receiver?.reception ?? null, length)
    // Who holds the line may send reports only.
    if (isOurs && this.#quietFrames !== null) this.#quietFrames = 0
  }

  #planReport(): void {
    const afterMs = this.#rtcp!.intervalMs(randomUint32() / 2 ** 32)
    this.#reporting = this.#clock.daemon(afterMs, () => {
      this.#report()
      this.#planReport()
    })
  }

  #report(how: { readonly bye?: boolean } = {}): void {
    const agreement = this.#agreement
    const target = this.#latch?.target
    if (!this.#rtcp || !agreement?.remote || !target) return
    const datagram = this.#takeDatagram()
    const length = this.#rtcp.write(this.#clock.now(), this.#receiver?.reception ?? null, datagram.bytes, how)
    const whole = this.#encryption ? this.#encryption.sender.protectRtcp(datagram.bytes, length) : length
    const report = beginning(datagram, whole)
    if (agreement.rtcpMux) this.#ports.rtp.send(report, target.port, target.address)
    else {
      // Behind a router the next port is a guess, and the best there is.
      const isNamed = target.address === agreement.remote.address && target.port === agreement.remote.port
      const port = isNamed ? agreement.remote.rtcpPort : target.port + 1
      if (port > 0 && port < 65_536) this.#ports.rtcp.send(report, port, target.address)
    }
  }

  #takeDatagram(): Datagram {
    this.#nextDatagram = (this.#nextDatagram + 1) % BUFFERS
    return this.#datagrams[this.#nextDatagram]!
  }
}

function newDatagram(): Datagram {
  const bytes = new Uint8Array(PACKET_BYTES_MAX)
  return { bytes, sent: bytes }
}

function beginning(datagram: Datagram, length: number): Uint8Array {
  if (datagram.sent.length !== length) datagram.sent = datagram.bytes.subarray(0, length)
  return datagram.sent
}
