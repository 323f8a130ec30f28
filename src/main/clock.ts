/** Which time it is: the machine's, or virtual time, which goes on where the last run of the data folder stopped. */
import type { Store } from '../journal/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'
import { RealClock } from '../lib/real-clock.ts'
import { VirtualClock } from '../lib/virtual-clock.ts'
import type { Config } from './config.ts'

/** Where a fresh virtual clock starts. */
const VIRTUAL_START = Date.UTC(2030, 0, 1) as Instant

export interface Clocks {
  readonly clock: Clock
  /** The same one in hand; null on the real clock. */
  readonly virtualClock: VirtualClock | null
}

/** @param held virtual clocks only: it stands still until somebody moves it */
export async function createClock(
  store: Pick<Store, 'lastInstant'>,
  config: Pick<Config, 'clock' | 'clockSettleMs'>,
  held: boolean,
): Promise<Clocks> {
  if (config.clock !== 'virtual') return { clock: new RealClock(), virtualClock: null }
  const virtualClock = new VirtualClock({
    startAt: (await store.lastInstant()) ?? VIRTUAL_START,
    settleMs: config.clockSettleMs,
    mode: held ? 'held' : 'auto',
  })
  return { clock: virtualClock, virtualClock }
}
