import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIso, formatRfc2822 } from './dates.ts'
import type { Instant } from './ids.ts'

for (const [at, rfc2822, iso] of [
  [Date.UTC(2019, 9, 18, 17, 2), 'Fri, 18 Oct 2019 17:02:00 +0000', '2019-10-18T17:02:00.000Z'],
  [Date.UTC(2028, 1, 29, 23, 59, 59, 999), 'Tue, 29 Feb 2028 23:59:59 +0000', '2028-02-29T23:59:59.999Z'],
  [Date.UTC(2030, 0, 1), 'Tue, 01 Jan 2030 00:00:00 +0000', '2030-01-01T00:00:00.000Z'],
] as const) {
  test(`${iso} on both wires`, () => {
    assert.deepEqual([formatRfc2822(at as Instant), formatIso(at as Instant)], [rfc2822, iso])
  })
}
