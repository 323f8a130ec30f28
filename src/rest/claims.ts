/** Names that are being taken this moment: two requests for one name must not both find it free. */
import type { Refusal } from './errors.ts'

/** Runs `work` while nobody else has the name in hand. @throws Refusal `taken()` when somebody has, and what `work` throws */
export type Claim = <Result>(name: string, taken: () => Refusal, work: () => Promise<Result>) => Promise<Result>

export function nameClaims(): Claim {
  const held = new Set<string>()
  return async (name, taken, work) => {
    if (held.has(name)) throw taken()
    held.add(name)
    try {
      return await work()
    } finally {
      held.delete(name)
    }
  }
}
