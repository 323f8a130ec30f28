/** For tests: a call that is up. */
import { Bed, sound, type TestLeg } from './test-bed.ts'

/** A call that is up: bob is called, or calls. */
export async function aCall(direction: 'out' | 'in' = 'out', bed = new Bed()) {
  const bob = bed.party('bob')
  let leg: TestLeg
  if (direction === 'out') {
    bob.onCall = (invite) => invite.answer(sound())
    leg = bed.dial('sip:bob@bob.example.com')
    await bed.settle()
  } else {
    bed.call(bob)
    await bed.settle()
    leg = bed.incoming[0]!
    leg.leg!.answer()
    await bed.settle()
  }
  bob.news()
  leg.news()
  bed.lines()
  return { bed, bob, leg, line: bed.media.all[0]! }
}

export type Call = Awaited<ReturnType<typeof aCall>>
