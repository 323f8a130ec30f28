/** What becomes of a message, in the words of docs/protocols/sip-torture.md. */
import { checkRequest, type Supported } from '../check-request.ts'
import { type Framing, type Parsed, parseMessage } from '../parse-message.ts'
import { StreamFramer } from '../stream-framer.ts'

/** A user agent and registrar for calls, as the table has it. */
export const SUPPORTED: Supported = {
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER'],
  schemes: ['sip', 'sips', 'tel'],
  extensions: ['timer'],
  contentTypes: ['application/sdp'],
  forwards: false,
}

export const inDatagram = (bytes: Uint8Array): string => read(bytes, 'datagram')

/** All that follows what is told apart here. */
export function onStream(bytes: Uint8Array): string {
  const framed = new StreamFramer('accepted').push(bytes)
  if (framed.length === 0) return 'waits for more'
  return framed
    .map((part) => {
      if (part.kind === 'message') return read(part.bytes, 'stream')
      return part.kind === 'broken' ? `${read(part.bytes, 'stream')}; closed` : part.kind
    })
    .join(', then ')
}

function read(bytes: Uint8Array, framing: Framing): string {
  const parsed = parseMessage(bytes, framing)
  return parsed.ok ? 'well-formed' : refused(parsed)
}

const refused = ({ why, answer }: Extract<Parsed, { ok: false }>): string =>
  answer === null ? `dropped: ${why}` : `${answer.status} ${answer.reason}`

/** What is asked of every request that is well-formed. */
export function checked(bytes: Uint8Array, supported: Supported = SUPPORTED): string {
  const parsed = parseMessage(bytes)
  if (!parsed.ok || parsed.message.kind === 'response') return '-'
  const objection = checkRequest(parsed.message, supported)
  if (objection === null) return 'passes'
  const headers = objection.headers.map(([name, value]) => ` + ${name}: ${value}`).join('')
  return `${objection.status}${objection.reason === undefined ? '' : ` ${objection.reason}`}${headers}`
}
