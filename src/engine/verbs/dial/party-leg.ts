/** One leg of a `<Dial>`, from the moment it is asked for until it is nobody's business any more. */
import type { CallRecord } from '../../call/call-record.ts'
import type { ChildCall } from '../../call/child-call.ts'
import type { CallHost } from '../../interpreter/flow.ts'
import type { DialledLeg } from './dial-outcome.ts'
import type { PartyTarget } from './party-child.ts'

/** Told at once, within whatever happened. */
export interface PartyWatcher {
  rang(): void
  /** It can be heard before it answers. */
  heardEarly(leg: PartyLeg): void
  answered(leg: PartyLeg): void
}

export class PartyLeg {
  readonly target: PartyTarget
  /** Resolves when it has answered, or has ended without. */
  readonly settled: Promise<void>
  /** Resolves when it has ended, or was given a document of its own, or could not be dialled. */
  readonly gone: Promise<void>
  /** Called within the end of it, before anything else can happen on its line. */
  onGone: () => void = () => {}
  readonly #settle: () => void
  readonly #leave: () => void
  #child: ChildCall | null = null
  #final: CallRecord | null = null
  #state: 'dialled' | 'up' | 'over' | 'redirected' = 'dialled'
  #unwanted = false

  constructor(host: CallHost, target: PartyTarget, watcher: PartyWatcher) {
    this.target = target
    const settled = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    this.settled = settled.promise
    this.gone = gone.promise
    this.#settle = settled.resolve
    this.#leave = gone.resolve
    const dialled = host.others.dial(target.child, {
      rang: () => watcher.rang(),
      heardEarly: () => watcher.heardEarly(this),
      answered: () => {
        this.#state = 'up'
        watcher.answered(this)
        this.#settle()
      },
      over: (record) => {
        this.#final = record
        this.#end('over')
      },
      redirected: () => this.#end('redirected'),
    })
    const taken = dialled.then(
      (child) => {
        this.#child = child
        if (!child) this.#end('over')
        else if (this.#unwanted) child.hangUp()
      },
      (fault: unknown) => {
        this.#end('over')
        throw fault
      },
    )
    // A leg that our own mistake keeps from being dialled is that leg's loss.
    host.during(taken)
  }

  /** Null until it is dialled, and when it could not be. */
  get child(): ChildCall | null {
    return this.#child
  }

  get up(): boolean {
    return this.#state === 'up'
  }

  /** What is to be told of it; null when it could not be dialled. */
  get outcome(): DialledLeg | null {
    const record = this.#final ?? this.#child?.record
    return record ? { record, isSip: this.target.isSip, redirected: this.#state === 'redirected' } : null
  }

  /** Cancels it while it rings, hangs it up when it is up. */
  hangUp(): void {
    this.#unwanted = true
    if (this.#state === 'dialled' || this.#state === 'up') this.#child?.hangUp()
  }

  #end(state: 'over' | 'redirected'): void {
    if (this.#state === 'over' || this.#state === 'redirected') return
    this.#state = state
    this.onGone()
    this.#settle()
    this.#leave()
  }
}
