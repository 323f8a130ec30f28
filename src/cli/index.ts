/**
 * The command line: `ringback serve | demo | call | phones | sip … | trunk … | events … | config`. Every setting is a flag of every
 * command, but for those that only change what a running server has.
 */
import { Command, Option } from 'commander'
import { ConfigError } from '../main/config.ts'
import { FIRST_NUMBER } from '../main/first-start.ts'
import { VERSION } from '../main/version.ts'
import { CommandError } from './client.ts'
import { addTypes } from './events/type-names.ts'
import { addSettings, configOf, withSettings } from './settings-flags.ts'
import { addSipCommands } from './sip/commands.ts'
import { addTrunkCommands } from './trunk/commands.ts'

const typeOption = () =>
  new Option('--type <type>', 'only this type, or those that begin so: twiml, twiml.gather; may be repeated').argParser(
    addTypes,
  )

const program = new Command('ringback')
  .description('Programmable voice of your own: runs apps written for Twilio Programmable Voice.')
  .version(VERSION, '-v, --version', 'print the version')
  .showHelpAfterError('(`ringback help` lists the commands, `ringback <command> --help` its options and settings.)')

withSettings(
  program.command('serve', { isDefault: true }).description('Start the server and print its banner.'),
).action(async (options) => {
  const { serveCommand } = await import('./serve.ts')
  await serveCommand(configOf(options))
})

withSettings(program.command('demo').description('Show a call: the server, a sample app, and a phone that dials in.'))
  .option('--once', 'end after the call, also on a terminal', false)
  .action(async (options) => {
    const { demoCommand } = await import('./demo.ts')
    await demoCommand(configOf(options), { once: options.once })
  })

withSettings(
  program.command('call').description('Place a call and print its timeline.').argument('<to>', 'number to call'),
)
  .option('--url <url>', 'your app, asked for TwiML when the call is answered')
  .option('--method <method>', 'GET or POST')
  .option('--twiml <twiml>', 'TwiML to run instead')
  .option('--from <number>', 'caller id', FIRST_NUMBER)
  .action(async (to, options) => {
    const { callCommand } = await import('./call.ts')
    await callCommand(to, options, configOf(options))
  })

withSettings(program.command('phones').description('List the simulated phones.')).action(async (options) => {
  const { phonesCommand } = await import('./phones.ts')
  await phonesCommand(configOf(options))
})

addSipCommands(program)
addTrunkCommands(program)

const events = program.command('events').description('Events: watch them, or have them delivered.')

withSettings(events.command('tail').description('Print events as they happen, one a line.'))
  .addOption(typeOption())
  .option('--call <sid>', 'only of this call')
  .option('--json', 'print CloudEvents as JSON, one a line')
  .option('--from-start', 'begin with everything that is kept')
  .action(async (options) => {
    const { tailCommand } = await import('./events/tail.ts')
    await tailCommand(options, configOf(options))
  })

withSettings(
  events.command('listen').description('Have events delivered to your app while this runs, signed as by any sink.'),
)
  .requiredOption('--forward-to <url>', 'where your app takes them, such as http://127.0.0.1:3000/events')
  .addOption(typeOption())
  .action(async (options) => {
    const { listenCommand } = await import('./events/listen.ts')
    await listenCommand(options, configOf(options))
  })

withSettings(program.command('config').description('Print the settings in force and where each came from.')).action(
  async (options) => {
    const { configCommand } = await import('./config.ts')
    configCommand(configOf(options))
  },
)

// `serve` is the default, and would call an unknown command one argument too many.
const [first = '-'] = process.argv.slice(2)
if (!first.startsWith('-') && first !== 'help' && !program.commands.some((command) => command.name() === first))
  program.error(`error: unknown command '${first}'`)

addSettings()

try {
  await program.parseAsync()
} catch (error) {
  const expected =
    error instanceof ConfigError ||
    error instanceof CommandError ||
    /^(\S+:\d+ is in use|The data folder|the data folder|Egress allow-list)/.test((error as Error).message)
  process.stderr.write(`ringback: ${expected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`)
  // Whatever a command left open shall not keep the process.
  process.exit(1)
}
