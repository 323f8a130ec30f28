/** Reads of a message's bytes what a ladder tells of it, and masks what is nobody's business. */

export interface Reading {
  /** At most 300 characters. */
  readonly line: string
  /** The method of a request; null: it is a response. */
  readonly method: string | null
  /** Of a response; null: it is a request. */
  readonly status: number | null
  /** `1 INVITE`; "" when it has none. */
  readonly cseq: string
  /** "" when they have none. */
  readonly fromTag: string
  readonly toTag: string
  /** Media type; null: it has no body. */
  readonly body: string | null
}

const LINE_CHARS_MAX = 300
const CALL_ID_CHARS_MAX = 1000

const HEAD_END = '\r\n\r\n'
const LINE_END = '\r\n'
const CR = 0x0d
const LF = 0x0a
const LOWER_CASE = 0x20
const LETTER_C = 0x63
const LETTER_F = 0x66
const LETTER_T = 0x74
// As we write it, and as it is copied into our responses from most.
const CALL_ID = Buffer.from('\r\nCall-ID: ')
const CALL_ID_OTHERWISE = /\r\n(?:call-id|i)[ \t]*:[ \t]*([^\s]+)/i
const STATUS = /^SIP\/2\.0 (\d{3})/
const CSEQ = /^CSeq[ \t]*:[ \t]*(\d{1,10})[ \t]+(\S{1,40})/i
const FROM_TAG = /^(?:From|f)[ \t]*:.*;[ \t]*tag[ \t]*=[ \t]*([^;,>\s]{1,300})/i
const TO_TAG = /^(?:To|t)[ \t]*:.*;[ \t]*tag[ \t]*=[ \t]*([^;,>\s]{1,300})/i
const CONTENT_TYPE = /^(?:Content-Type|c)[ \t]*:[ \t]*([\w.+-]{1,60}\/[\w.+-]{1,60})/i

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** Null: it has none. */
export function callIdOf(bytes: Uint8Array): string | null {
  const buffer = bufferOf(bytes)
  const at = buffer.indexOf(CALL_ID)
  if (at >= 0) {
    const from = at + CALL_ID.length
    const end = buffer.indexOf(LINE_END, from, 'latin1')
    return end < 0 || end - from > CALL_ID_CHARS_MAX ? null : buffer.toString('latin1', from, end).trim()
  }
  const headEnd = buffer.indexOf(HEAD_END, 0, 'latin1')
  return CALL_ID_OTHERWISE.exec(buffer.toString('latin1', 0, headEnd < 0 ? buffer.length : headEnd))?.[1] ?? null
}

export function readTraced(bytes: Uint8Array): Reading {
  const buffer = bufferOf(bytes)
  const start = startOf(buffer)
  const end = buffer.indexOf(HEAD_END, start, 'latin1')
  const [first = '', ...fields] = buffer.toString('utf8', start, end < 0 ? buffer.length : end).split(LINE_END)
  const shown = withoutPassword(first)
  const line = shown.length > LINE_CHARS_MAX ? `${shown.slice(0, LINE_CHARS_MAX - 1)}…` : shown
  const status = STATUS.exec(line)?.[1]
  let cseq: RegExpExecArray | null = null
  let fromTag: string | undefined
  let toTag: string | undefined
  let body: string | undefined
  // Most fields are none of these, which their first letter tells soonest.
  for (const field of fields)
    switch (field.charCodeAt(0) | LOWER_CASE) {
      case LETTER_C:
        cseq ??= CSEQ.exec(field)
        body ??= CONTENT_TYPE.exec(field)?.[1]
        break
      case LETTER_F:
        fromTag ??= FROM_TAG.exec(field)?.[1]
        break
      case LETTER_T:
        toTag ??= TO_TAG.exec(field)?.[1]
    }
  const hasBody = end >= 0 && end + HEAD_END.length < buffer.length
  return {
    line,
    method: status === undefined ? (/^\S*/.exec(line)?.[0] ?? '') : null,
    status: status === undefined ? null : Number(status),
    cseq: cseq ? `${cseq[1]} ${cseq[2]}` : '',
    fromTag: fromTag ?? '',
    toTag: toTag ?? '',
    body: hasBody ? (body?.toLowerCase() ?? '') : null,
  }
}

/** Line ends before the start line are passed over, as parsers do. */
function startOf(buffer: Buffer): number {
  let start = 0
  while (buffer[start] === CR || buffer[start] === LF) start += 1
  return start
}

// Of a Digest only what a password could be tried with; of other schemes all.
const CREDENTIALS = /^((?:Proxy-)?Authorization[ \t]*:[ \t]*)(.*(?:\r\n[ \t].*)*)/gim
const PROOF = /\b((?:response|rspauth)[ \t]*=[ \t]*"?)([0-9a-f]+)/gi
const PROVED = /^((?:Proxy-)?Authentication-Info[ \t]*:[ \t]*)(.*(?:\r\n[ \t].*)*)/gim
// Bounded, so that no text takes long.
const PASSWORD = /(sips?:[^\s:@<>;,"]{1,200}:)([^\s@<>;,"]{1,200})(?=@)/gi
const MEDIA_KEY = /^(a=crypto:.*?inline:)([^\s|;]+)|(;inline:)([^\s|;]+)/gim

const stars = (text: string): string => '*'.repeat(text.length)
const withoutPassword = (text: string): string =>
  text.replace(PASSWORD, (_, before: string, password: string) => before + stars(password))
const withoutProof = (text: string): string =>
  text.replace(PROOF, (_, before: string, proof: string) => before + stars(proof))

/** A copy in which passwords, proofs of them and keys of SRTP are asterisks; every other byte is as it was, where it was. */
export function masked(bytes: Uint8Array): Buffer {
  const text = bufferOf(bytes).toString('latin1')
  const end = text.indexOf(HEAD_END)
  const head = end < 0 ? text : text.slice(0, end)
  const maskedHead = withoutPassword(head)
    .replace(CREDENTIALS, (_, name: string, value: string) =>
      /^digest\b/i.test(value) ? name + withoutProof(value) : name + withoutToken(value),
    )
    .replace(PROVED, (_, name: string, value: string) => name + withoutProof(value))
  const maskedBody = text
    .slice(head.length)
    .replace(MEDIA_KEY, (_, one: string | undefined, key: string, two: string | undefined, other: string) =>
      one === undefined ? (two ?? '') + stars(other) : one + stars(key),
    )
  return Buffer.from(maskedHead + maskedBody, 'latin1')
}

/** `Basic dXNlcjpwYXNz`: all but the scheme. */
const withoutToken = (value: string): string =>
  value.replace(/^(\S+)([\s\S]*)$/, (_, scheme: string, rest: string) => scheme + rest.replace(/\S/g, '*'))
