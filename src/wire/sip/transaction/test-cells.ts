/** For tests of the machines of transactions: every cell of a table, and every gap. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

/** What an event leads to: the state after it, and what is sent and told on the way. A state's rows leave its gaps out. */
export type Row = readonly [event: string, to: string, ...effects: string[]]

/** A transaction that has started. */
export interface Driven {
  readonly transaction: { readonly state: string }
  readonly act: (event: string) => void
  /** Since they were asked for last. */
  readonly effects: () => string[]
}

export interface Cells {
  /** `INVITE client` */
  readonly name: string
  readonly make: () => Driven
  /** The events by which each state is reached. */
  readonly paths: Readonly<Record<string, readonly string[]>>
  readonly events: readonly string[]
  /** By state. */
  readonly rows: Readonly<Record<string, readonly Row[]>>
  readonly table: object
}

/** The answers that are events, by their names. */
export const STATUS: Readonly<Record<string, number>> = { provisional: 180, success: 200, failure: 486, final: 404 }

/** A timer's end, as the clock would bring it; also what cannot come in a state. */
export const step = (transaction: object, event: string): boolean =>
  (transaction as { step(event: string): boolean }).step(event)

export function testCells({ name, make, paths, events, rows, table }: Cells): void {
  test(`the rows here name every state of the ${name}'s table`, () => {
    assert.deepEqual(Object.keys(rows).sort(), Object.keys(table).sort())
  })
  for (const [state, cells] of Object.entries(rows))
    for (const event of events) {
      const [, to, ...expected] = cells.find(([named]) => named === event) ?? [event, state]
      test(`${name}: ${state} + ${event} → ${to}${expected.length > 0 ? `, ${expected.join(', ')}` : ''}`, () => {
        const { transaction, act, effects } = make()
        for (const earlier of paths[state]!) act(earlier)
        effects()
        assert.equal(transaction.state, state)
        act(event)
        assert.equal(transaction.state, to)
        assert.deepEqual(effects(), expected)
      })
    }
}
