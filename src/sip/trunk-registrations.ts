/** Registers us with trunks that want it (RFC 3261 section 10.2), and again before it runs out. */
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import { parseNameAddr } from '../wire/sip/name-addr.ts'
import type { SipTrunk } from './ports.ts'

const WANTED_SEC = 600
/** A trunk that asks for longer than a day gets what we want. */
const WANTED_SEC_MAX = 86_400
/** Not again sooner, however short a time is granted. */
const LEAST_SEC = 5
/** After a failure; doubled up to the longest. */
const RETRY_SEC = 15
const RETRY_SEC_MAX = 600
/** The trunks are read again so often. */
const LOOK_MS = 10_000
/** Whoever stops waits no longer for trunks to take notice. */
const PARTING_MS = 2000

export interface RegistrationState {
  readonly isRegistered: boolean
  /** The last answer; null: none came. */
  readonly status: number | null
}

export interface RegisterOrder {
  readonly callId: string
  /** The first of `numbersEach` numbers that may be used. */
  readonly cseq: number
  /** 0: we are gone. */
  readonly expiresSec: number
}

/** Sends one REGISTER and answers its challenges. Resolves with the final answer; null: none came. */
export type SendRegister = (trunk: SipTrunk, order: RegisterOrder) => Promise<SipResponse | null>

interface Registration {
  trunk: SipTrunk
  readonly callId: string
  cseq: number
  wantedSec: number
  timer: Timer | null
  failures: number
  state: RegistrationState
  /** The request that is under way; resolved when there is none. */
  underWay: Promise<unknown>
}

export interface TrunkRegistrationsDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly trunks: () => Promise<readonly SipTrunk[]>
  readonly send: SendRegister
  /** Numbers of CSeq that one of them may take. */
  readonly numbersEach: number
  readonly newCallId: () => string
}

export class TrunkRegistrations {
  readonly #deps: TrunkRegistrationsDeps
  readonly #registrations = new Map<string, Registration>()
  #timer: Timer | null = null
  #isOver = false

  constructor(deps: TrunkRegistrationsDeps) {
    this.#deps = deps
  }

  start(): void {
    void this.#look()
  }

  /** Null: the trunk wants no registration, or was not seen yet. */
  state(sid: string): RegistrationState | null {
    return this.#registrations.get(sid)?.state ?? null
  }

  /** Tells the trunks that we are gone; waits two seconds at most until they know. */
  async stop(): Promise<void> {
    this.#isOver = true
    this.#timer?.cancel()
    const all = [...this.#registrations.values()]
    this.#registrations.clear()
    const told = Promise.all(all.map((one) => this.#part(one)))
    await new Promise<void>((resolve) => {
      const timer = this.#deps.clock.after(PARTING_MS, resolve)
      void told.then(() => {
        timer.cancel()
        resolve()
      })
    })
  }

  async #look(): Promise<void> {
    const { clock, trunks, logger, newCallId } = this.#deps
    try {
      const wanted = new Map((await trunks()).filter(({ register }) => register).map((trunk) => [trunk.sid, trunk]))
      if (this.#isOver) return
      for (const [sid, registration] of this.#registrations)
        if (!wanted.has(sid)) {
          this.#registrations.delete(sid)
          void this.#part(registration)
        }
      for (const [sid, trunk] of wanted) {
        const known = this.#registrations.get(sid)
        if (known) this.#see(known, trunk)
        else {
          const state = { isRegistered: false, status: null }
          const more = { timer: null, failures: 0, state, underWay: Promise.resolve() }
          const fresh = { trunk, callId: newCallId(), cseq: 1, wantedSec: WANTED_SEC, ...more }
          this.#registrations.set(sid, fresh)
          void this.#register(fresh)
        }
      }
    } catch (error) {
      logger.warn({ err: error }, 'the trunks could not be read')
    }
    if (!this.#isOver) this.#timer = clock.daemon(LOOK_MS, () => void this.#look())
  }

  /** One that was changed, a password mostly, is not waited for to fail or run out once more. */
  #see(registration: Registration, trunk: SipTrunk): void {
    const isSame = JSON.stringify(registration.trunk) === JSON.stringify(trunk)
    registration.trunk = trunk
    // While one is under way there is no timer: the next is soon enough.
    if (isSame || !registration.timer) return
    registration.timer.cancel()
    registration.timer = null
    void this.#register(registration)
  }

  async #register(registration: Registration): Promise<void> {
    const { clock } = this.#deps
    registration.timer = null
    let response = await this.#send(registration, registration.wantedSec)
    const longerSec = response?.status === 423 ? Number(response.headers.get('Min-Expires')) : 0
    if (longerSec > registration.wantedSec && longerSec <= WANTED_SEC_MAX) {
      registration.wantedSec = longerSec
      response = await this.#send(registration, longerSec)
    }
    this.#learn(registration, response)
    if (this.#registrations.get(registration.trunk.sid) !== registration) return
    const againSec = registration.state.isRegistered
      ? Math.max(LEAST_SEC, grantedSec(response!, registration.wantedSec) * 0.8)
      : Math.min(RETRY_SEC_MAX, RETRY_SEC * 2 ** Math.min(10, registration.failures - 1))
    registration.timer = clock.daemon(againSec * 1000, () => void this.#register(registration))
  }

  #learn(registration: Registration, response: SipResponse | null): void {
    const { logger } = this.#deps
    const was = registration.state
    const status = response?.status ?? null
    const isRegistered = status !== null && status < 300
    registration.state = { isRegistered, status }
    registration.failures = isRegistered ? 0 : registration.failures + 1
    if (registration.failures !== 1 && isRegistered === was.isRegistered && status === was.status) return
    const fields = { trunk: registration.trunk.name, status }
    if (isRegistered) logger.info(fields, 'registered with a trunk')
    else logger.warn(fields, 'a trunk takes no registration')
  }

  /** It is no trunk of ours any more, or we are no more: behind what is under way, so that this is what lasts. */
  async #part(registration: Registration): Promise<void> {
    registration.timer?.cancel()
    for (let seen: unknown = null; seen !== registration.underWay; ) {
      seen = registration.underWay
      await seen
    }
    if (registration.state.isRegistered) await this.#send(registration, 0)
  }

  #send(registration: Registration, expiresSec: number): Promise<SipResponse | null> {
    const { send, numbersEach, logger } = this.#deps
    const { trunk, callId, cseq } = registration
    registration.cseq += numbersEach
    const sent = send(trunk, { callId, cseq, expiresSec }).catch((error: unknown) => {
      logger.error({ err: error, trunk: trunk.name }, 'a registration could not be sent')
      return null
    })
    registration.underWay = sent
    return sent
  }
}

/** For how long, as the registrar says of our contact: the shortest, where it tells of others too (section 10.3, step 8). */
function grantedSec({ headers }: SipResponse, wantedSec: number): number {
  const ofContacts = headers.all('Contact').map((contact) => parseNameAddr(contact)?.parameters.get('expires'))
  const seconds = [...ofContacts, headers.get('Expires')].filter((text) => text && /^\d{1,10}$/.test(text)).map(Number)
  const granted = seconds.filter((one) => one > 0)
  return granted.length > 0 ? Math.min(...granted) : wantedSec
}
