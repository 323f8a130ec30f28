/** Writes the table of settings in docs/configuration.md from the one in src/main/settings.ts; `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flagOf } from '../src/main/config.ts'
import { SETTINGS, type SettingKey } from '../src/main/settings.ts'

const path = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/configuration.md')
const HEAD = '| setting | flag, environment | default | |\n|---|---|---|---|\n'

const rows = (Object.keys(SETTINGS) as SettingKey[]).map((key) => {
  const { name, environment, fallback, unit, sentence } = SETTINGS[key]
  const shown =
    fallback === null || (Array.isArray(fallback) && fallback.length === 0)
      ? ''
      : `${String(fallback)}${unit && ` ${unit}`}`
  return `| \`${name}\` | \`--${flagOf(key)}\` \`${environment}\` | ${shown} | ${sentence} |`
})

const text = readFileSync(path, 'utf8')
const made = text.replace(/SETTINGS_TABLE\n|\| setting \|[\s\S]*?\n(?=\n)/, `${HEAD}${rows.join('\n')}\n`)
if (!process.argv.includes('--check')) writeFileSync(path, made)
else if (made !== text) throw new Error(`${path} is not what the settings say: run node scripts/settings-table.ts`)
