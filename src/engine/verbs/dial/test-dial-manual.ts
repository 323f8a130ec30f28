/** The tables of docs/compat/dial.md as tests: each row is one, and each test a row. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'

const manual = readFileSync(new URL('../../../../docs/compat/dial.md', import.meta.url), 'utf8')

/** Rows by cells, without the head, of the table under this heading. */
export function tableOf(heading: string): string[][] {
  const section = manual.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  return rows.slice(1).map((line) => line.slice(2, -2).split(' | '))
}

/** @param tests by the first cell of their row */
export function testDecisions(
  heading: string,
  tests: Readonly<Record<string, (t: TestContext) => Promise<void>>>,
): void {
  test(`"${heading}" in the manual and its tests have the same rows`, () => {
    assert.deepEqual(
      tableOf(heading).map(([point]) => point),
      Object.keys(tests),
    )
  })
  for (const [point, run] of Object.entries(tests)) test(`${heading}: ${point}`, run)
}
