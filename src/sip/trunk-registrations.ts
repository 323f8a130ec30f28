/** Registers us with trunks that want it (RFC 3261 section 10.2), and again before it runs out. */
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import { parseNameAddr } from '../wire/sip/name-addr.ts'
import type { SipTrunk } from './ports.ts'

const WANTED_SEC = 600
const LEAST_SEC = 30
/** After a failure; doubled up to the longest. */
const RETRY_SEC = 15
const RETRY_SEC_MAX = 600
/** The trunks are read again so often. */
const LOOK_MS = 10_000

export interface RegistrationState {
  readonly isRegistered: boolean
  /** The last answer; null: none came. */
  readonly status: number | null
}

/** Sends one REGISTER and answers its challenges. Resolves with the final answer; null: none came. */
export type SendRegister = (
  trunk: SipTrunk,
  about: { readonly callId: string; readonly cseq: number; readonly expiresSec: number },
) => Promise<SipResponse | null>

interface Registration {
  trunk: SipTrunk
  readonly callId: string
  cseq: number
  timer: Timer | null
  failures: number
  state: RegistrationState
}

export interface TrunkRegistrationsDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly trunks: () => Promise<readonly SipTrunk[]>
  readonly send: SendRegister
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

  /** Tells the trunks that we are gone; waits no longer than their answers take. */
  async stop(): Promise<void> {
    this.#isOver = true
    this.#timer?.cancel()
    const live = [...this.#registrations.values()]
    for (const { timer } of live) timer?.cancel()
    await Promise.all(live.filter(({ state }) => state.isRegistered).map((one) => this.#send(one, 0)))
  }

  async #look(): Promise<void> {
    const { clock, trunks, logger, newCallId } = this.#deps
    try {
      const wanted = new Map((await trunks()).filter(({ register }) => register).map((trunk) => [trunk.sid, trunk]))
      for (const [sid, registration] of this.#registrations)
        if (!wanted.has(sid)) {
          this.#registrations.delete(sid)
          registration.timer?.cancel()
          if (registration.state.isRegistered) void this.#send(registration, 0)
        }
      for (const [sid, trunk] of wanted) {
        const known = this.#registrations.get(sid)
        if (known) {
          known.trunk = trunk
          continue
        }
        const state = { isRegistered: false, status: null }
        const fresh = { trunk, callId: newCallId(), cseq: 0, timer: null, failures: 0, state }
        this.#registrations.set(sid, fresh)
        void this.#register(fresh)
      }
    } catch (error) {
      logger.warn({ err: error }, 'the trunks could not be read')
    }
    if (!this.#isOver) this.#timer = clock.daemon(LOOK_MS, () => void this.#look())
  }

  async #register(registration: Registration): Promise<void> {
    const { clock, logger } = this.#deps
    const { trunk } = registration
    const response = await this.#send(registration, WANTED_SEC)
    const isRegistered = response !== null && response.status < 300
    const was = registration.state
    registration.state = { isRegistered, status: response?.status ?? null }
    if (isRegistered !== was.isRegistered || response?.status !== was.status) {
      const fields = { trunk: trunk.name, status: response?.status ?? null }
      if (isRegistered) logger.info(fields, 'registered with a trunk')
      else logger.warn(fields, 'a trunk takes no registration')
    }
    registration.failures = isRegistered ? 0 : registration.failures + 1
    const againSec = isRegistered
      ? Math.max(LEAST_SEC, grantedSec(response) * 0.8)
      : Math.min(RETRY_SEC_MAX, RETRY_SEC * 2 ** Math.min(10, registration.failures - 1))
    if (this.#isOver || this.#registrations.get(trunk.sid) !== registration) return
    registration.timer = clock.daemon(againSec * 1000, () => void this.#register(registration))
  }

  #send(registration: Registration, expiresSec: number): Promise<SipResponse | null> {
    const { trunk, callId } = registration
    registration.cseq += 1
    return this.#deps.send(trunk, { callId, cseq: registration.cseq, expiresSec })
  }
}

/** For how long, as the registrar says of one contact, or of all. */
function grantedSec({ headers }: SipResponse): number {
  const ofContact = parseNameAddr(headers.get('Contact') ?? '')?.parameters.get('expires')
  const seconds = Number(ofContact ?? headers.get('Expires') ?? WANTED_SEC)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : WANTED_SEC
}
