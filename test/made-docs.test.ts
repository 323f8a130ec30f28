/** Parts of the manual that are made from the code: they must be what the code says. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

for (const [what, script] of [
  ['docs/states/call.svg is what the call table says', 'draw-states.ts'],
  ['docs/states/sip-*.svg are what the tables of SIP transactions say', 'draw-sip-states.ts'],
  ['the table of settings in docs/configuration.md is what the settings say', 'settings-table.ts'],
] as const) {
  test(what, () => {
    execFileSync(process.execPath, [join(import.meta.dirname, '../scripts', script), '--check'], { stdio: 'pipe' })
  })
}
