/**
 * A call of ours to a real phone: its turns are tried one after the other until one rings or refuses for good; those of one turn
 * ring at once, and who answers first has it.
 */
import type { DialOrder, LegInput } from '../engine/ports/leg.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { type Body, bodyOf } from '../wire/sip/dialog/body.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import type { Session } from '../wire/sip/session/session.ts'
import type { NewInvite } from '../wire/sip/session/session-core.ts'
import type { Header } from '../wire/sip/session/session-ground.ts'
import type { UacInvite } from '../wire/sip/session/uac-invite.ts'
import type { UacListener, UacOutcome } from '../wire/sip/session/uac-listener.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { contactsOf, fromHeader } from './addresses.ts'
import type { Destination, Target, Turn } from './destination.ts'
import { reasonHeader } from './reasons.ts'
import { refusalInput } from './refusal.ts'
import type { SipLeg } from './sip-leg.ts'
import { sipDetails } from './told-headers.ts'
import type { Way } from './way.ts'

export interface OutgoingDeps {
  readonly clock: Clock
  readonly order: DialOrder
  readonly leg: SipLeg
  readonly invite: (invite: NewInvite, auth: Turn['auth'], listener: UacListener) => UacInvite
  /** A place on its trunk; null when that is full. */
  readonly takeTrunk: (turn: Turn) => (() => void) | null
  /** Follows a redirection. Never rejects. */
  readonly redirected: (uri: string) => Promise<Destination>
  /** Header fields of every INVITE: who calls, for whom. */
  readonly headers: readonly Header[]
  readonly host: (hop: Hop) => string
  readonly mediaHost: (hop: Hop) => string
}

interface Ringing {
  readonly target: Target
  readonly turn: Turn
  readonly uac: UacInvite
  /** Runs until something is heard of it. */
  readonly silence: Timer | null
}

/** Redirections that are followed in all, and ways that one of them may name. */
const REDIRECTIONS_MAX = 5
/** Another way is tried when one does not answer at all, or is overloaded. */
const TRY_NEXT: ReadonlySet<number> = new Set([408, 500, 502, 503, 504])

export class OutgoingCall implements Way {
  readonly #deps: OutgoingDeps
  readonly #turns: Turn[] = []
  readonly #ringing: Ringing[] = []
  /** Redirections that are being looked up. */
  #following = 0
  #redirections = 0
  /** Of all that were heard, the one that says most. */
  #refusal: LegInput | null = null
  /** Somebody who is there was reached: no other way is tried any more. */
  #hasRung = false
  #isOver = false
  #leaveTrunks: (() => void)[] = []

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
    this.#cancelAll()
  }

  /** The leg is over, whoever ended it. */
  over(): void {
    this.#isOver = true
    for (const leave of this.#leaveTrunks.splice(0)) leave()
  }

  async #nextTurn(): Promise<void> {
    const { leg, mediaHost, takeTrunk } = this.#deps
    // Who rings still holds its place.
    if (this.#ringing.length === 0) for (const leave of this.#leaveTrunks.splice(0)) leave()
    let turn = this.#turns.shift()
    let leave = turn && takeTrunk(turn)
    while (turn && !leave) {
      this.#refusal ??= refusalInput(503)
      turn = this.#turns.shift()
      leave = turn && takeTrunk(turn)
    }
    if (!turn || !leave) {
      this.#conclude()
      return
    }
    this.#leaveTrunks.push(leave)
    this.#following += 1
    const hasPort = await leg.audio.open(mediaHost(turn.targets[0]!.hop))
    this.#following -= 1
    if (this.#isOver) return
    if (!hasPort) {
      this.#refuse(refusalInput(503))
      return
    }
    const offer = leg.audio.offer(turn.encryption)
    for (const target of turn.targets) this.#start(target, turn, offer)
  }

  #start(target: Target, turn: Turn, offer: Body): void {
    const { clock, order, invite, host, headers } = this.#deps
    const from = { address: turn.callerId ?? order.from, name: null }
    const { silenceMsMax } = turn
    const silence = silenceMsMax === null ? null : clock.after(silenceMsMax, () => this.#silent(target))
    const listener: UacListener = {
      onProvisional: (response, early) => {
        silence?.cancel()
        this.#provisional(turn, response, early)
      },
      onOutcome: (outcome) => this.#outcome(target, turn, outcome),
    }
    const uac = invite(
      {
        uri: target.uri,
        from: fromHeader(from, host(target.hop)),
        to: `<${target.address}>`,
        hop: target.hop,
        offer,
        headers: [...target.route.map((route) => ['Route', route] as const), ...headers],
      },
      turn.auth,
      listener,
    )
    this.#ringing.push({ target, turn, uac, silence })
  }

  /** Should it be heard of after all, it is told that nobody calls any more. */
  #silent(target: Target): void {
    this.#take(target)?.uac.cancel()
    this.#failed(408)
  }

  /** It rings no more. */
  #take(target: Target): Ringing | undefined {
    const index = this.#ringing.findIndex((one) => one.target === target)
    const [taken] = index < 0 ? [] : this.#ringing.splice(index, 1)
    taken?.silence?.cancel()
    return taken
  }

  #cancelAll(reasons: readonly string[] = []): void {
    for (const { uac, silence } of this.#ringing.splice(0)) {
      silence?.cancel()
      uac.cancel(reasons)
    }
  }

  #provisional(turn: Turn, response: SipResponse, early: Session | null): void {
    if (response.status === 100 || this.#isOver) return
    this.#hasRung = true
    const body = bodyOf(response)
    // Sound before the answer, where it is clear whose it is.
    const isClear = body && early && this.#ringing.length === 1
    if (isClear && this.#deps.leg.audio.accept(body, turn.encryption) === null) this.#deps.leg.isHeardEarly()
    else this.#deps.leg.rings()
  }

  #outcome(target: Target, turn: Turn, outcome: UacOutcome): void {
    this.#take(target)
    if (outcome.kind === 'answered') this.#answered(turn, outcome)
    else if (!this.#isOver && outcome.kind === 'refused') this.#refused(outcome.response)
    else if (!this.#isOver && outcome.kind === 'no-answer') this.#failed(outcome.why.kind === 'timeout' ? 408 : 503)
  }

  #answered(turn: Turn, { session, response }: Extract<UacOutcome, { readonly kind: 'answered' }>): void {
    const { leg } = this.#deps
    const elsewhere = reasonHeader(200, 'Call completed elsewhere')[1]
    this.#cancelAll([elsewhere])
    const answer = bodyOf(response)
    const missing = leg.audio.isAgreed ? null : 'There is no answer to our offer'
    const objection = answer ? leg.audio.accept(answer, turn.encryption) : missing
    if (objection) {
      session.bye([reasonHeader(488, objection)])
      this.#refuse(refusalInput(488, sipDetails(response.headers)))
      return
    }
    leg.answered(session, sipDetails(response.headers))
  }

  #refused(response: SipResponse): void {
    const { status, headers } = response
    if (status < 400 && this.#redirections < REDIRECTIONS_MAX) void this.#follow(response)
    else this.#failed(status < 400 ? 480 : status, refusalInput(status < 400 ? 480 : status, sipDetails(headers)))
  }

  #failed(status: number, input: LegInput = refusalInput(status)): void {
    const isByPerson = (one: LegInput | null) => one?.input === 'busy' || one?.input === 'rejected'
    if (!isByPerson(this.#refusal) || isByPerson(input)) this.#refusal = input
    // 6xx is for all of them (section 16.7): nobody else is to be asked.
    if (status >= 600) this.#cancelAll()
    if (status >= 600 || this.#hasRung || !TRY_NEXT.has(status)) this.#turns.length = 0
    if (this.#ringing.length === 0 && this.#following === 0) void this.#nextTurn()
  }

  /** Others of the same turn ring on meanwhile. */
  async #follow({ headers }: SipResponse): Promise<void> {
    const { redirected } = this.#deps
    this.#redirections += 1
    this.#following += 1
    const found = await Promise.all(contactsOf(headers).slice(0, REDIRECTIONS_MAX).map(redirected))
    this.#following -= 1
    if (this.#isOver) return
    if (this.#ringing.length === 0) this.#hasRung = false
    this.#turns.unshift(...found.flatMap((destination) => ('status' in destination ? [] : destination)))
    void this.#nextTurn()
  }

  /** No way is left, but somebody may ring still, or be looked up. */
  #conclude(): void {
    if (this.#ringing.length === 0 && this.#following === 0) this.#refuse(this.#refusal ?? refusalInput(480))
  }

  #refuse(input: LegInput): void {
    if (this.#isOver) return
    this.giveUp()
    this.#deps.leg.refused(input)
  }
}
