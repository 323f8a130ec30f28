/** Real phones: opens the sockets of SIP, and joins them with the network that speaks it. */

import { readFileSync } from 'node:fs'
import { createEgressCheck, type EgressRule } from '../adapters/http-client/index.ts'
import { type ListenAddress, parseListenAddress } from '../adapters/sip-sockets/listen-address.ts'
import { createLocator } from '../adapters/sip-sockets/locator.ts'
import { openSipSockets } from '../adapters/sip-sockets/sip-sockets.ts'
import { API_VERSION } from '../engine/call/standard-parameters.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid } from '../lib/ids.ts'
import { randomHex32 } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { isLoopback } from '../sip/address-ranges.ts'
import type { MediaLoad } from '../sip/media-load.ts'
import type { SipDirectory } from '../sip/ports.ts'
import { SipNetwork } from '../sip/sip-network.ts'
import type { Config } from './config.ts'
import type { LinesData } from './media-worker.ts'
import { checkMediaHost } from './sip-settings.ts'
import { VERSION } from './version.ts'

export interface SipOptions {
  readonly config: Config
  readonly listen: readonly string[]
  readonly clock: Clock
  readonly logger: Logger
  readonly media: MediaEngine
  readonly directory: SipDirectory
  readonly accountSid: AccountSid
  readonly egress: EgressRule
  /** PEM of authorities to trust besides the usual ones; null: none. */
  readonly ca: string | null
  readonly load: MediaLoad
}

export interface Sip {
  readonly network: SipNetwork
  /** Where nobody asked for SIP, one that cannot be is warned of. @throws Error with a sentence when an address cannot be listened on */
  start(): Promise<void>
  /** Where it listens: `udp:127.0.0.1:5060`. Empty until it does. */
  readonly at: readonly string[]
  /** It listens on loopback only. */
  readonly isLocal: boolean
}

/** Null: SIP is off. @throws Error with a sentence when it cannot be */
export function createSip({
  config,
  listen: written,
  clock,
  logger,
  media,
  directory,
  accountSid,
  egress,
  ca,
  load,
}: SipOptions): Sip | null {
  const listen = written.map(parseListenAddress)
  if (listen.length === 0) return null
  checkMediaHost(config)
  if (clock.kind === 'virtual') throw new Error('SIP is for the real clock: real phones have no virtual time')
  const isLocal = listen.every(({ host }) => isLoopback(host))
  const check = createEgressCheck(egress)
  const network = new SipNetwork({
    clock,
    logger,
    directory,
    accountSid,
    engine: media,
    locator: createLocator(),
    apiVersion: API_VERSION,
    realm: config.sipRealm,
    digestAlgorithms: config.sipDigestAlgorithms,
    headerPrefix: config.sipHeaderPrefix,
    isOpen: config.sipOpen ?? isLocal,
    maxCalls: config.sipMaxCalls,
    load,
    callsPerSecondPerSource: config.sipCallsPerSecondPerSource,
    keepMessages: config.sipKeepMessages,
    mediaHost: config.sipMediaHost,
    secret: randomHex32(),
    mayReach: ({ address }) => check(address) === null,
    version: VERSION,
  })
  let at: readonly string[] = []
  return {
    network,
    isLocal,
    get at() {
      return at
    },
    async start() {
      await open().catch((error: unknown) => {
        if (config.sip !== null) throw error
        logger.warn({ err: error }, 'real phones cannot reach us; set RINGBACK_SIP to another address, or to off')
      })
    },
  }

  async function open(): Promise<void> {
    const sockets = await openSipSockets({
      listen,
      publicHost: config.sipPublicHost,
      tls: readTls(config),
      events: network.events,
      ...(ca !== null && { ca }),
    })
    network.start(sockets)
    at = sockets.listeners.map(({ transport, host, port }) => `${transport}:${host}:${port}`)
    logger.info({ at }, 'SIP is up')
  }
}

function readTls({ sipTlsCertFile: cert, sipTlsKeyFile: key }: Config): { cert: string; key: string } | null {
  if (cert === null && key === null) return null
  if (cert === null || key === null) throw new Error('sip.tlsCertFile and sip.tlsKeyFile go together')
  return { cert: readPem('sip.tlsCertFile', cert), key: readPem('sip.tlsKeyFile', key) }
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${name} ${path} cannot be read: ${(error as Error).message}`)
  }
}

/** Where RTP is listened on: the address that all SIP is, else all addresses. Null: there are no real phones. */
export function linesFor(addresses: readonly string[], { sipRtpPorts }: Pick<Config, 'sipRtpPorts'>): LinesData | null {
  if (addresses.length === 0) return null
  const hosts = new Set(addresses.map((text): ListenAddress => parseListenAddress(text)).map(({ host }) => host))
  const [only] = hosts
  const [first = 0, last = 0] = sipRtpPorts.split('-').map(Number)
  return { host: hosts.size === 1 && only ? only : '0.0.0.0', ports: { first, last } }
}
