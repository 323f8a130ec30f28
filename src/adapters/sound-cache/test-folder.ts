/** Folders of sounds for the tests of this folder. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Removed when the test is over. */
export function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-sounds-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const idOf = (n: number): string => n.toString(16).padStart(32, '0')

/** `lengthMs` of one code. */
export const aSound = (lengthMs: number, code = 0x55): Uint8Array => new Uint8Array(lengthMs * 8).fill(code)

/** Every file below the folder, by its path in it. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}
