/** `ringback trunk …`: ways to the telephone network. */
import { type Command, Option } from 'commander'
import { serverConfigOf, withServer } from '../settings-flags.ts'

/** For flags that may be repeated. */
const more = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value]

const repeated = (flags: string, sentence: string) => new Option(flags, `${sentence}; may be repeated`).argParser(more)

export function addTrunkCommands(program: Command): void {
  const trunk = program.command('trunk').description('Trunks: ways to the telephone network.')

  withServer(trunk.command('add').description('Set up a trunk.').argument('<name>', 'what it shall be called'))
    .addOption(repeated('--host <host[:port]>', 'where calls go').makeOptionMandatory())
    .addOption(new Option('--transport <transport>', 'how').choices(['udp', 'tcp', 'tls']).default('udp'))
    .option('--user <name>', 'who we are there; without, our address is enough')
    .option('--password <password>', 'of the user')
    .option('--register', 'register there, so that calls come to us')
    .addOption(repeated('--prefix <prefix>', 'numbers that go this way, such as +49 (default: all)'))
    .option('--inbound-only', 'no numbers go this way')
    .addOption(repeated('--from <range>', 'addresses that calls come from besides, such as 198.51.100.0/24'))
    .option('--number-format <format>', 'e164, no-plus, or what stands in place of the plus, such as 00')
    .option('--caller-id <id>', 'shown in place of what a call says')
    .option('--max-calls <n>', 'calls at a time')
    .option('--max-calls-per-second <n>', 'calls begun in a second')
    .option('--srtp', 'encrypt the sound')
    .option('--replace', 'instead of the trunk of this name')
    .action(async (name, options) => {
      const { addTrunk } = await import('./trunks.ts')
      await addTrunk(name, options, serverConfigOf(options))
    })

  withServer(trunk.command('list').description('List the trunks.')).action(async (options) => {
    const { listTrunks } = await import('./trunks.ts')
    await listTrunks(serverConfigOf(options))
  })

  for (const [name, what, run] of [
    ['show', 'Show all that is set up of a trunk.', 'showTrunk'],
    ['remove', 'Remove a trunk.', 'removeTrunk'],
    ['check', 'Ask a trunk whether it is there.', 'checkTrunk'],
  ] as const)
    withServer(trunk.command(name).description(what).argument('<name>', 'the trunk')).action(async (which, options) => {
      const trunks = await import('./trunks.ts')
      await trunks[run](which, serverConfigOf(options))
    })
}
