/**
 * Two legs of ours on one line: a call dialled to a number of ours and the inbound call that its ringing makes. What one
 * does, the other's far end does. The sound that one is played is the sound the other's party makes, and words are told
 * as words the other's party said.
 */
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import { Keypad } from './keypad.ts'
import { deafEar, type Ear, type FarEnd, type NetworkLeg } from './network-leg.ts'
import { RINGS_AFTER_MS } from './ring-times.ts'

/** Connects both legs; the caller's rings a moment later. The caller's leg may be over already. */
export function joinLegs(clock: Clock, engine: MediaEngine, caller: NetworkLeg, called: NetworkLeg): void {
  const ring = clock.after(RINGS_AFTER_MS, () => caller.farRings())
  const toCalled = new OtherLeg(clock, called)
  const toCaller = new OtherLeg(clock, caller)
  const apart = () => {
    ring.cancel()
    toCalled.stop()
    toCaller.stop()
  }
  caller.connect({
    ear: toCalled.ear,
    keyed: (digits) => toCalled.keyed(digits),
    // There is no SIP phone at either end.
    referred: () => null,
    // Only inbound legs are picked up and refused.
    pickedUp() {},
    refused() {},
    hungUp: () => {
      apart()
      called.farHangsUp()
    },
  })
  called.connect({
    ear: toCaller.ear,
    keyed: (digits) => toCaller.keyed(digits),
    referred: () => null,
    pickedUp: () => {
      ring.cancel()
      engine.join(caller.media, called.media)
      caller.farAnswers()
    },
    refused: (reason) => {
      apart()
      caller.farRefuses(
        reason === 'busy' ? { input: 'busy', sipResponseCode: 486 } : { input: 'rejected', sipResponseCode: 603 },
      )
    },
    hungUp: () => {
      apart()
      if (caller.state === 'up') caller.farHangsUp()
      else caller.farRefuses({ input: 'failed', sipResponseCode: 480 })
    },
  } satisfies FarEnd)
  // The caller may have given up while the number was looked up; the called side hears of it once it has its leg.
  if (caller.state === 'over') {
    apart()
    clock.after(0, () => called.farHangsUp())
  }
}

/** What reaches the other leg of a pair. */
class OtherLeg {
  readonly #keypad: Keypad
  readonly ear: Ear

  constructor(clock: Clock, leg: NetworkLeg) {
    this.#keypad = new Keypad(clock, {
      pressing: (digits) => leg.farBeginsToPress(digits, false),
      key: (key) => leg.farPresses(key),
    })
    this.ear = {
      ...deafEar,
      spanStarted: ({ kind, text }) => {
        if ((kind === 'say' || kind === 'party') && text) leg.farSays(text)
      },
    }
  }

  keyed(digits: string): void {
    this.#keypad.press(digits)
  }

  stop(): void {
    this.#keypad.stop()
  }
}
