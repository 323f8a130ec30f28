/**
 * What goes wrong on a connection, as the reference's debugger codes and a sentence for people. Sources: Node's system
 * and TLS errors, undici's own, and the connector's judgements.
 */
import type { HttpFailureKind } from '../../journal/http-transport.ts'

/** How far an exchange had come. */
export type Phase = 'connecting' | 'waiting' | 'receiving'

export interface Failure {
  readonly kind: HttpFailureKind
  readonly code: number
  readonly message: string
}

/** A connection that the connector gave up, already judged. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure'
  readonly debuggerCode: number

  /** `message` is the whole sentence. */
  constructor(debuggerCode: number, message: string) {
    super(message)
    this.debuggerCode = debuggerCode
  }
}

const KIND: Record<Phase, HttpFailureKind> = { connecting: 'connect', waiting: 'no-response', receiving: 'broken' }

/** Error code → debugger code and predicate; the subject of the sentence is host and port. */
const KNOWN: Readonly<Record<string, readonly [number, string]>> = {
  ECONNREFUSED: [11202, 'refused the connection'],
  ETIMEDOUT: [11201, 'did not accept the connection in time'],
  ECONNRESET: [11205, 'reset the connection'],
  EPIPE: [11205, 'closed the connection'],
  ECONNABORTED: [11205, 'closed the connection'],
  UND_ERR_SOCKET: [11205, 'closed the connection'],
  EHOSTUNREACH: [11205, 'cannot be reached'],
  ENETUNREACH: [11205, 'cannot be reached'],
  ENETDOWN: [11205, 'cannot be reached'],
  EHOSTDOWN: [11205, 'cannot be reached'],
  EADDRNOTAVAIL: [11205, 'cannot be reached'],
  EACCES: [11205, 'cannot be reached: the system does not permit it'],
  EPERM: [11205, 'cannot be reached: the system does not permit it'],
  EMFILE: [11205, 'cannot be reached: the platform has too many open files'],
  ENOTFOUND: [11210, 'is not a host that DNS knows'],
  ENODATA: [11210, 'is not a host that DNS knows'],
  ERR_TLS_CERT_ALTNAME_INVALID: [11235, 'has a certificate for another name'],
  CERT_HAS_EXPIRED: [11236, 'has a certificate that has expired'],
  CERT_NOT_YET_VALID: [11236, 'has a certificate that is not valid yet'],
  UND_ERR_HEADERS_OVERFLOW: [11206, 'sent more headers than are accepted'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: [11206, 'sent a body of another length than it had announced'],
}

/** OpenSSL's names for "no path from this certificate to an authority that we trust". */
const NO_PATH = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
])

/** @param where host and port, the subject of the sentence. */
export function toFailure(error: Error, phase: Phase, where: string): Failure {
  const kind = KIND[phase]
  if (error instanceof ConnectFailure) return { kind, code: error.debuggerCode, message: error.message }
  const name = codeOf(error)
  if (name === 'UND_ERR_DESTROYED' || name === 'UND_ERR_CLOSED') {
    return { kind: 'stopped', code: 11205, message: 'The platform is shutting down.' }
  }
  const [code, predicate] = judge(name, phase)
  return { kind, code, message: `${where} ${predicate}${name === '' ? '' : ` (${name})`}.` }
}

function judge(name: string, phase: Phase): readonly [number, string] {
  const known = KNOWN[name]
  if (known) return known
  if (NO_PATH.has(name)) return [11237, 'has a certificate that no trusted authority vouches for']
  if (name.startsWith('EAI_')) return [11210, 'could not be looked up in DNS']
  if (name.startsWith('HPE_')) return [11206, 'sent something that is not HTTP']
  if (name === 'UND_ERR_INVALID_ARG') return [11100, 'was not asked: URL or headers cannot be sent']
  if (name === 'EPROTO' || /^ERR_(SSL|TLS|OSSL)_/.test(name)) {
    return phase === 'connecting' ? [11220, 'failed in the TLS handshake'] : [11205, 'broke the TLS connection']
  }
  return [11205, 'failed to connect']
}

/** Several addresses tried in vain make an AggregateError; a refusal says more than an address family we don't have. */
function codeOf(error: Error): string {
  if (error instanceof AggregateError) {
    const codes = error.errors.map((one) => (one instanceof Error ? codeOf(one) : ''))
    return codes.find((code) => code === 'ECONNREFUSED') ?? codes[0] ?? ''
  }
  if ('code' in error && typeof error.code === 'string') return error.code
  // undici's parser does not always name the fault it found.
  return error.name === 'HTTPParserError' ? 'HPE_INVALID' : ''
}
