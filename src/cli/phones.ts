/** `ringback phones`: the simulated phones that have been configured, and the numbers that behave by themselves. */
import type { Config } from '../main/config.ts'
import { ask, needServer } from './client.ts'

interface Phone {
  readonly number: string
  readonly answer: unknown
  readonly script?: readonly unknown[]
  readonly machine?: unknown
  readonly fax?: unknown
}

const MAGIC = [
  ['+15005550101', 'busy'],
  ['+15005550102', 'does not answer'],
  ['+15005550103', 'unreachable'],
  ['+15005550104', 'rejects'],
  ['+15005550105', 'voicemail with a beep'],
  ['+15005550106', 'fax'],
] as const

export async function phonesCommand(config: Config): Promise<void> {
  const { phones } = await ask<{ phones: readonly Phone[] }>(await needServer(config), 'GET', '/ringback/v1/Phones')
  const rows = phones.map((phone) => [phone.number, describe(phone)] as const)
  const print = (title: string, table: readonly (readonly [string, string])[]) => {
    process.stdout.write(`\n  ${title}\n`)
    for (const [number, what] of table) process.stdout.write(`    ${number.padEnd(16)} ${what}\n`)
  }
  if (rows.length > 0) print('Configured', rows)
  print('Always there', MAGIC)
  process.stdout.write('\n  Every other number answers after 2 s and listens.\n')
  process.stdout.write(`  Configure one:  PUT /ringback/v1/Phones/+15551230001  (docs/phones.md)\n\n`)
}

function describe({ answer, script = [], machine, fax }: Phone): string {
  const how =
    typeof answer === 'object' && answer !== null && 'afterMs' in answer
      ? `answers after ${String(answer.afterMs)} ms`
      : String(answer)
  return `${how}${machine ? ', a voicemail' : fax ? ', a fax' : ''}${script.length > 0 ? `, script of ${script.length} steps` : ''}`
}
