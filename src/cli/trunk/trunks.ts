/** What `ringback trunk …` does: requests to `/ringback/v1/Trunks`, and their answers in words. */
import type { Config } from '../../main/config.ts'
import { ask, needServer } from '../client.ts'
import { type TrunkFlags, trunkBody } from './trunk-body.ts'
import { checkLines, isWell, type Trunk, type TrunkCheck, trunkLine, trunkLines } from './trunk-text.ts'

const TRUNKS = '/ringback/v1/Trunks'

export async function addTrunk(
  name: string,
  { replace, ...flags }: TrunkFlags & { readonly replace?: true },
  config: Config,
): Promise<void> {
  const body = trunkBody(flags)
  const client = await needServer(config)
  const trunk = replace
    ? await ask<Trunk>(client, 'PUT', at(name), body)
    : await ask<Trunk>(client, 'POST', TRUNKS, { name, ...body })
  print([`Trunk ${trunk.name} is set up. \`ringback trunk check ${trunk.name}\` asks whether it answers.`])
  print(trunkLines(trunk))
}

export async function listTrunks(config: Config): Promise<void> {
  // An account has a hundred at most: they are one page.
  const { trunks } = await ask<{ trunks: readonly Trunk[] }>(await needServer(config), 'GET', `${TRUNKS}?pageSize=1000`)
  const width = Math.max(...trunks.map(({ name }) => name.length))
  if (trunks.length > 0) print(trunks.map((trunk) => trunkLine(trunk, width)))
  else print(['There are no trunks. Set one up:  ringback trunk add carrier --host sip.carrier.example'])
}

export async function showTrunk(name: string, config: Config): Promise<void> {
  print(trunkLines(await ask<Trunk>(await needServer(config), 'GET', at(name))))
}

export async function removeTrunk(name: string, config: Config): Promise<void> {
  await ask(await needServer(config), 'DELETE', at(name))
  print([`Trunk ${name} is removed.`])
}

/** Ends with 1 when something is not as it should be, for scripts. */
export async function checkTrunk(name: string, config: Config): Promise<void> {
  const check = await ask<TrunkCheck>(await needServer(config), 'POST', `${at(name)}/Check`)
  print(checkLines(name, check))
  if (!isWell(check)) process.exitCode = 1
}

const at = (name: string) => `${TRUNKS}/${encodeURIComponent(name)}`

function print(lines: readonly string[]): void {
  process.stdout.write(`\n${lines.map((line) => `  ${line}\n`).join('')}`)
}
