/** Read, change, save: again from the start when someone else saved in between. */
import { refuse } from '../errors.ts'

const TRIES_MAX = 10

/** @throws Refusal 20503 when others keep getting in between. */
export async function changing<Row>(change: () => Promise<Row | 'changed'>): Promise<Row> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const result = await change()
    if (result !== 'changed') return result
  }
  throw refuse('unavailable', { why: 'the resource is being changed by others; try again' })
}
