/** Where SIP listens, as it is written in settings: `udp:127.0.0.1:5060`, `tls:[::]:5061`. */
import { isIP } from 'node:net'
import { defaultPort, type TransportName } from '../../wire/sip/transport.ts'

export interface ListenAddress {
  readonly transport: TransportName
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

const WRITTEN = /^(udp|tcp|tls|ws|wss):(\[[\da-f:.]+\]|[\d.]+)(?::(\d{1,5}))?$/i

/** @throws Error with a sentence when it is none */
export function parseListenAddress(text: string): ListenAddress {
  const found = WRITTEN.exec(text.trim())
  const host = found?.[2]?.replace(/[[\]]/g, '') ?? ''
  const transport = found?.[1]?.toLowerCase() as TransportName | undefined
  const port = Number(found?.[3] ?? (transport && defaultPort(transport)))
  if (!transport || isIP(host) === 0 || port > 65_535)
    throw new Error(
      `${JSON.stringify(text)} is no address to listen on: it should be like udp:127.0.0.1:5060 or tls:[::]:5061`,
    )
  return { transport, host, port }
}
