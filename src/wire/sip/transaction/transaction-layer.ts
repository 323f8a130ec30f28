/**
 * The transaction layer (RFC 3261 section 17): takes every message that comes in, finds whose it is, and hands what is new to its
 * user; sends requests and waits for their answers. One for all sockets and all calls.
 */
import type { Clock } from '../../../lib/clock.ts'
import { parseCSeq } from '../cseq.ts'
import { makeResponse } from '../make-response.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message.ts'
import type { Hop, SendBytes } from '../transport.ts'
import { parseVia, type Via } from '../via.ts'
import { writeMessage } from '../write-message.ts'
import type { ClientListener } from './client-listener.ts'
import { InviteClientTransaction } from './invite-client.ts'
import { InviteServerTransaction } from './invite-server.ts'
import { clientKey, mergedKey, serverKey } from './keys.ts'
import { Lingering } from './lingering.ts'
import { OneWay } from './one-way.ts'
import { OtherClientTransaction } from './other-client.ts'
import { OtherServerTransaction } from './other-server.ts'
import { type Refusal, refuseStateless } from './refuse-stateless.ts'
import { responseHop, stampVia } from './response-way.ts'
import { tagOf } from './tag-of.ts'
import { RFC_TIMERS, type TimerBase } from './timer-values.ts'
import { newBranch, newTag } from './tokens.ts'
import type { Ground } from './transaction.ts'
import type { TransactionUser } from './transaction-user.ts'

export interface TransactionLayerOptions {
  readonly clock: Clock
  readonly send: SendBytes
  readonly user: TransactionUser
  /** `host` or `host:port` of our Via towards a hop: where answers come to when they cannot come back the way they went. */
  readonly sentBy: (hop: Hop) => string
  readonly timers?: Partial<TimerBase>
  /**
   * Beyond, what would begin something new is answered by 503 without a transaction. What belongs to something that is there (requests
   * within dialogs, CANCEL, our own requests) finds a quarter more.
   */
  readonly transactionsMax?: number
  /** Of that 503. */
  readonly retryAfterSec?: number
}

/** 400 calls a second leave 51,000 lingering behind; each costs about a kilobyte. */
export const TRANSACTIONS_MAX = 100_000
const RETRY_AFTER_SEC = 5
const RESERVE = 1.25

type Client = InviteClientTransaction | OtherClientTransaction
type Server = InviteServerTransaction | OtherServerTransaction

export class TransactionLayer {
  readonly #options: TransactionLayerOptions
  readonly #max: number
  readonly #lingering: Lingering
  readonly #clientGround: Ground
  readonly #serverGround: Ground
  readonly #clients = new Map<string, Client>()
  readonly #servers = new Map<string, Server>()
  /** What copies of requests outside dialogs would have in common with those that are here. */
  readonly #merged = new Set<string>()
  #stopped = false

  constructor(options: TransactionLayerOptions) {
    this.#options = options
    this.#max = options.transactionsMax ?? TRANSACTIONS_MAX
    const { clock, send } = options
    this.#lingering = new Lingering(clock)
    const ground = { clock, send, timers: { ...RFC_TIMERS, ...options.timers }, lingering: this.#lingering }
    this.#clientGround = { ...ground, ended: ({ key }) => this.#clients.delete(key) }
    this.#serverGround = { ...ground, ended: ({ key }) => this.#forgetServer(key) }
  }

  /** Transactions that are there, the lingering ones too. */
  get size(): number {
    return this.#clients.size + this.#servers.size
  }

  get timers(): TimerBase {
    return this.#clientGround.timers
  }

  /** Ends all transactions without a word to anybody. */
  stop(): void {
    this.#stopped = true
    for (const transaction of this.#clients.values()) transaction.drop()
    for (const transaction of this.#servers.values()) transaction.drop()
    this.#clients.clear()
    this.#servers.clear()
    this.#merged.clear()
    this.#lingering.stop()
  }

  /** A whole message has come in. A request becomes the layer's own: its topmost Via is stamped. */
  receive(message: SipMessage, from: Hop): void {
    if (this.#stopped) return
    if (message.kind === 'response') this.#receiveResponse(message, from)
    else this.#receiveRequest(message, from)
  }

  /** Answers a request that could not be read well enough to be received. */
  refuse(request: SipRequest, refusal: Refusal, from: Hop): void {
    const via = parseVia(request.headers.get('Via') ?? '')
    if (via !== null && request.method !== 'ACK') refuseStateless(this.#options.send, request, via, from, refusal)
  }

  /** Sends an INVITE. The message stays the caller's; a Via is put on a copy. */
  invite(request: SipRequest, hop: Hop, listener: ClientListener): InviteClientTransaction {
    const branch = newBranch()
    const transaction = new InviteClientTransaction({
      ground: this.#clientGround,
      key: clientKey(branch, 'INVITE'),
      hop,
      request: this.#withVia(request, hop, branch),
      listener,
      sendCancel: (cancel) => this.#sendCancel(cancel, branch, hop),
    })
    this.#startClient(transaction, listener)
    return transaction
  }

  /** Sends any other request but ACK. */
  request(request: SipRequest, hop: Hop, listener: ClientListener): OtherClientTransaction {
    const branch = newBranch()
    const transaction = new OtherClientTransaction({
      ground: this.#clientGround,
      key: clientKey(branch, request.method),
      hop,
      request: this.#withVia(request, hop, branch),
      listener,
    })
    this.#startClient(transaction, listener)
    return transaction
  }

  /** Makes a request that has no transaction, the ACK of a 2xx, ready to be sent. */
  oneWay(request: SipRequest, hop: Hop): OneWay {
    return new OneWay(this.#options.send, hop, writeMessage(this.#withVia(request, hop, newBranch())))
  }

  #startClient(transaction: Client, listener: ClientListener): void {
    if (this.#stopped || this.size >= this.#max * RESERVE) {
      const why = this.#stopped ? 'The SIP stack has stopped.' : 'There are too many SIP transactions.'
      this.#options.clock.after(0, () => listener.onNoAnswer({ kind: 'transport', why }))
      return
    }
    this.#clients.set(transaction.key, transaction)
    transaction.start()
  }

  /** RFC 3261 section 18.1.1, RFC 3581. */
  #withVia(request: SipRequest, hop: Hop, branch: string): SipRequest {
    const via = `SIP/2.0/${hop.transport.toUpperCase()} ${this.#options.sentBy(hop)};branch=${branch};rport`
    return { ...request, headers: request.headers.copy().prepend('Via', via) }
  }

  #sendCancel(cancel: SipRequest, branch: string, hop: Hop): void {
    const transaction = new OtherClientTransaction({
      ground: this.#clientGround,
      key: clientKey(branch, 'CANCEL'),
      hop,
      request: cancel,
      listener: NOT_INTERESTED,
    })
    this.#startClient(transaction, NOT_INTERESTED)
  }

  #receiveResponse(response: SipResponse, from: Hop): void {
    const { headers } = response
    const branch = parseVia(headers.get('Via') ?? '')?.parameters.get('branch')
    const method = parseCSeq(headers.get('CSeq') ?? '')?.method
    // Section 8.1.3.3: with more than one Via it was meant for somebody else.
    if (branch == null || method === undefined || headers.all('Via').length !== 1) return
    const transaction = this.#clients.get(clientKey(branch, method))
    if (transaction !== undefined) transaction.receive(response, from)
    else if (method === 'INVITE' && response.status >= 200 && response.status < 300)
      this.#options.user.onStraySuccess(response, from)
  }

  #receiveRequest(request: SipRequest, from: Hop): void {
    const via = parseVia(request.headers.get('Via') ?? '')
    if (via === null) return
    switch (request.method) {
      case 'ACK': {
        const transaction = this.#servers.get(serverKey('INVITE', request, via))
        if (transaction instanceof InviteServerTransaction) transaction.receive(request)
        else this.#options.user.onAck(request, from)
        return
      }
      case 'CANCEL':
        this.#receiveCancel(request, via, from)
        return
      default:
        this.#receiveOther(request, via, from)
    }
  }

  #receiveOther(request: SipRequest, via: Via, from: Hop): void {
    const key = serverKey(request.method, request, via)
    const known = this.#servers.get(key)
    if (known !== undefined) {
      known.receive(request)
      return
    }
    const isNew = tagOf(request.headers.get('To') ?? '') === null
    if (this.#isFull(request, via, from, isNew)) return
    stampVia(request, via, from)
    const copiesKey = isNew ? mergedKey(request) : null
    const merged = copiesKey !== null && this.#merged.has(copiesKey)
    const options = {
      ground: this.#serverGround,
      key,
      hop: responseHop(via, from),
      merged,
      mergedKey: merged ? null : copiesKey,
    }
    if (request.method === 'INVITE') {
      const transaction = new InviteServerTransaction({ ...options, request })
      this.#startServer(transaction)
      this.#options.user.onInvite(transaction, request, from)
    } else {
      const transaction = new OtherServerTransaction(options)
      this.#startServer(transaction)
      this.#options.user.onRequest(transaction, request, from)
    }
  }

  /** Section 9.2. CANCEL is answered here, whatever becomes of the INVITE. */
  #receiveCancel(cancel: SipRequest, via: Via, from: Hop): void {
    const key = serverKey('CANCEL', cancel, via)
    const known = this.#servers.get(key)
    if (known instanceof OtherServerTransaction) {
      known.receive()
      return
    }
    if (this.#isFull(cancel, via, from, false)) return
    const found = this.#servers.get(serverKey('INVITE', cancel, via))
    const invite = found instanceof InviteServerTransaction ? found : null
    stampVia(cancel, via, from)
    const hop = responseHop(via, from)
    const transaction = new OtherServerTransaction({
      ground: this.#serverGround,
      key,
      hop,
      merged: false,
      mergedKey: null,
    })
    this.#startServer(transaction)
    transaction.respond(makeResponse(cancel, invite === null ? 481 : 200, undefined, invite?.toTag ?? newTag()))
    invite?.receive(cancel)
  }

  #startServer(transaction: Server): void {
    this.#servers.set(transaction.key, transaction)
    if (transaction.mergedKey !== null) this.#merged.add(transaction.mergedKey)
    transaction.start()
  }

  #forgetServer(key: string): void {
    const mergedKey = this.#servers.get(key)?.mergedKey
    this.#servers.delete(key)
    if (mergedKey != null) this.#merged.delete(mergedKey)
  }

  /** When it is, refuses without a transaction. */
  #isFull(request: SipRequest, via: Via, from: Hop, isNew: boolean): boolean {
    if (this.size < (isNew ? this.#max : this.#max * RESERVE)) return false
    const retryAfter = `${this.#options.retryAfterSec ?? RETRY_AFTER_SEC}`
    const headers = [['Retry-After', retryAfter]] as const
    refuseStateless(this.#options.send, request, via, from, { status: 503, headers })
    return true
  }
}

/** What is said to a CANCEL changes nothing: the INVITE's own answer tells (section 9.1). */
const NOT_INTERESTED: ClientListener = { onResponse() {}, onNoAnswer() {} }
