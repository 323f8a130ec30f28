/**
 * A call of ours to a real phone: its turns are tried one after the other until one rings or refuses for good; those of one turn
 * ring at once, and who answers first has it.
 */
import type { DialOrder, LegInput } from '../engine/ports/leg.ts'
import { type Body, bodyOf } from '../wire/sip/dialog/body.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import { parseNameAddr } from '../wire/sip/name-addr.ts'
import type { Session } from '../wire/sip/session/session.ts'
import type { NewInvite } from '../wire/sip/session/session-core.ts'
import type { Header } from '../wire/sip/session/session-ground.ts'
import type { UacInvite } from '../wire/sip/session/uac-invite.ts'
import type { UacListener, UacOutcome } from '../wire/sip/session/uac-listener.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { fromHeader } from './addresses.ts'
import type { Destination, Target, Turn } from './destination.ts'
import { refusalInput } from './refusal.ts'
import type { SipLeg, Way } from './sip-leg.ts'
import { sipDetails } from './told-headers.ts'

export interface OutgoingDeps {
  readonly order: DialOrder
  readonly leg: SipLeg
  readonly invite: (invite: NewInvite, auth: Turn['auth'], listener: UacListener) => UacInvite
  /** A place on its trunk; null when that is full. */
  readonly takeTrunk: (turn: Turn) => (() => void) | null
  /** Follows a redirection. */
  readonly redirected: (uri: string) => Promise<Destination>
  /** Header fields of every INVITE: who calls, for whom. */
  readonly headers: readonly Header[]
  readonly host: (hop: Hop) => string
  readonly mediaHost: (hop: Hop) => string
}

/** Redirections that are followed in all. */
const REDIRECTIONS_MAX = 5
/** Another way is tried when one does not answer at all, or is overloaded. */
const TRY_NEXT: ReadonlySet<number> = new Set([408, 500, 502, 503, 504])

export class OutgoingCall implements Way {
  readonly #deps: OutgoingDeps
  readonly #turns: Turn[] = []
  #ringing: { readonly target: Target; readonly uac: UacInvite }[] = []
  #turn: Turn | null = null
  /** Of the turn that is being tried: the worst that was heard. */
  #refusal: LegInput | null = null
  #hasRung = false
  #redirections = 0
  #isOver = false
  #leaveTrunk: () => void = () => {}

  constructor(deps: OutgoingDeps) {
    this.#deps = deps
    deps.leg.goes(this)
  }

  try(destination: Destination): void {
    if (this.#isOver) return
    if ('status' in destination) {
      this.#refuse(refusalInput(destination.status))
      return
    }
    this.#turns.push(...destination)
    void this.#nextTurn()
  }

  pickUp(): void {}

  refuse(): void {
    this.giveUp()
  }

  giveUp(): void {
    this.over()
    for (const { uac } of this.#ringing.splice(0)) uac.cancel()
  }

  /** The leg is over, whoever ended it. */
  over(): void {
    this.#isOver = true
    this.#leaveTrunk()
  }

  async #nextTurn(): Promise<void> {
    this.#leaveTrunk()
    const turn = this.#turns.shift()
    if (!turn) {
      this.#refuse(this.#refusal ?? refusalInput(480))
      return
    }
    const leave = this.#deps.takeTrunk(turn)
    if (!leave) {
      this.#refusal ??= refusalInput(503)
      return this.#nextTurn()
    }
    this.#leaveTrunk = leave
    this.#turn = turn
    const { leg, mediaHost } = this.#deps
    const hasPort = await leg.audio.open(mediaHost(turn.targets[0]!.hop))
    if (this.#isOver) return
    if (!hasPort) {
      this.#refuse(refusalInput(503))
      return
    }
    const offer = leg.audio.offer(turn.encryption)
    // All are there before the first can answer.
    const starts = turn.targets.map((target) => () => this.#start(target, turn, offer))
    for (const start of starts) start()
  }

  #start(target: Target, turn: Turn, offer: Body): void {
    const { order, invite, host, headers } = this.#deps
    const own = host(target.hop)
    const from = { address: turn.callerId ?? order.from, name: null }
    const listener: UacListener = {
      onProvisional: (response, early) => this.#provisional(response, early),
      onOutcome: (outcome) => this.#outcome(target, outcome),
    }
    const uac = invite(
      {
        uri: target.uri,
        from: fromHeader(from, own),
        to: `<${target.uri}>`,
        hop: target.hop,
        offer,
        headers: [...target.route.map((route) => ['Route', route] as const), ...headers],
      },
      turn.auth,
      listener,
    )
    this.#ringing.push({ target, uac })
  }

  #provisional({ status, ...response }: SipResponse, early: Session | null): void {
    if (status === 100 || this.#isOver) return
    this.#hasRung = true
    const body = bodyOf({ status, ...response })
    // Sound before the answer, where it is clear whose it is.
    const isHeard = body && early && this.#turn?.targets.length === 1 && this.#deps.leg.audio.accept(body) === null
    if (isHeard) this.#deps.leg.isHeardEarly()
    else this.#deps.leg.rings()
  }

  #outcome(target: Target, outcome: UacOutcome): void {
    this.#ringing = this.#ringing.filter((one) => one.target !== target)
    if (outcome.kind === 'answered') this.#answered(outcome)
    else if (!this.#isOver) this.#notAnswered(outcome)
  }

  #answered({ session, response }: Extract<UacOutcome, { readonly kind: 'answered' }>): void {
    const { leg } = this.#deps
    if (this.#isOver) {
      session.bye()
      return
    }
    for (const { uac } of this.#ringing.splice(0)) uac.cancel(['SIP;cause=200;text="Call completed elsewhere"'])
    const answer = bodyOf(response)
    const objection = answer ? leg.audio.accept(answer) : leg.audio.isAgreed ? null : 'There is no answer to our offer'
    if (objection) {
      session.bye([['Reason', `SIP;cause=488;text="${objection}"`]])
      this.#refuse(refusalInput(488, sipDetails(response.headers)))
      return
    }
    leg.answered(session, sipDetails(response.headers))
  }

  #notAnswered(outcome: Exclude<UacOutcome, { readonly kind: 'answered' }>): void {
    if (outcome.kind === 'cancelled') return
    const response = outcome.kind === 'refused' ? outcome.response : null
    const status = response?.status ?? (outcome.kind === 'no-answer' && outcome.why.kind === 'timeout' ? 408 : 503)
    if (response && status < 400 && this.#redirections < REDIRECTIONS_MAX) {
      void this.#follow(response)
      return
    }
    const isFinal = this.#hasRung || !TRY_NEXT.has(status)
    const input = refusalInput(status < 400 ? 480 : status, response ? sipDetails(response.headers) : undefined)
    this.#refusal = this.#worse(input)
    // 6xx is for all of them (section 16.7): nobody else is to be asked.
    if (status >= 600) for (const { uac } of this.#ringing.splice(0)) uac.cancel()
    if (this.#ringing.length > 0) return
    if (isFinal || this.#turns.length === 0) this.#refuse(this.#refusal)
    else void this.#nextTurn()
  }

  /** Of several refusals one that a person gave says most. */
  #worse(input: LegInput): LegInput {
    const byPerson = (one: LegInput | null) => one?.input === 'busy' || one?.input === 'rejected'
    return byPerson(this.#refusal) && !byPerson(input) ? this.#refusal! : input
  }

  async #follow({ headers }: SipResponse): Promise<void> {
    this.#redirections += 1
    const uris = headers.all('Contact').flatMap((contact) => parseNameAddr(contact)?.uri ?? [])
    const found = await Promise.all(uris.slice(0, REDIRECTIONS_MAX).map((uri) => this.#deps.redirected(uri)))
    if (this.#isOver) return
    this.#turns.unshift(...found.flatMap((destination) => ('status' in destination ? [] : destination)))
    void this.#nextTurn()
  }

  #refuse(input: LegInput): void {
    if (this.#isOver) return
    this.over()
    this.#deps.leg.refused(input)
  }
}
