/**
 * Tables of TwiML: what stands inside `<Response>`, the value its first verb becomes, and the codes of all warnings.
 * Objects are compared by the members a row names; arrays must have the same length.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from '../../src/wire/twiml/index.ts'

export interface VerbRow {
  /** A sentence about the product. */
  readonly says: string
  readonly twiml: string
  /** Null: no verb comes of it. */
  readonly value: object | null
  readonly warns?: readonly number[]
}

export function testVerbs(rows: readonly VerbRow[]): void {
  for (const { says, twiml, value, warns = [] } of rows) {
    test(says, () => {
      const parsed = parseTwiml(`<Response>${twiml}</Response>`)
      assert.ok(parsed.ok, JSON.stringify(parsed))
      assert.deepEqual(
        parsed.warnings.map(({ code }) => code),
        warns,
        JSON.stringify(parsed.warnings, null, 1),
      )
      const verb = parsed.verbs[0] ?? null
      assert.deepEqual(pick(verb, value), value)
    })
  }
}

/** What `wanted` names of `actual`. */
function pick(actual: unknown, wanted: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(wanted)) return actual.map((item, index) => pick(item, wanted[index]))
  if (!isObject(actual) || !isObject(wanted)) return actual
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, pick(actual[key], wanted[key])]))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
