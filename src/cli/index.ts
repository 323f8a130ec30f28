/** The command line: `ringback serve | demo | call | phones | events … | config`. Every setting is a flag of every command. */
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { type Config, ConfigError, flagOf, readConfig } from '../main/config.ts'
import { FIRST_NUMBER } from '../main/first-start.ts'
import { SETTINGS, type SettingKey } from '../main/settings.ts'
import { CommandError } from './client.ts'
import { addTypes } from './events/type-names.ts'

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

const KEYS = Object.keys(SETTINGS) as SettingKey[]

const takingSettings: Command[] = []

/** The command takes every setting as a flag; they are added last, so that help begins with its own options. */
function withSettings(command: Command): Command {
  takingSettings.push(command)
  return command
}

function addSettings(command: Command): void {
  for (const key of KEYS) {
    const setting = SETTINGS[key]
    const fallback =
      setting.fallback === null || (Array.isArray(setting.fallback) && setting.fallback.length === 0)
        ? ''
        : ` (default: ${String(setting.fallback)})`
    command.addOption(new Option(`--${flagOf(key)} <value>`, `${setting.sentence}${fallback}`).helpGroup('Settings:'))
  }
}

/** The settings among a command's options; commander names them by their flags in camel case. */
function configOf(options: Readonly<Record<string, unknown>>): Config {
  const flags: Partial<Record<SettingKey, unknown>> = {}
  for (const key of KEYS) {
    const name = flagOf(key).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    if (options[name] !== undefined) flags[key] = options[name]
  }
  return readConfig(flags)
}

const typeOption = () =>
  new Option('--type <type>', 'only this type, or those that begin so: twiml, twiml.gather; may be repeated').argParser(
    addTypes,
  )

const program = new Command('ringback')
  .description('Programmable voice of your own: runs apps written for Twilio Programmable Voice.')
  .version(version(), '-v, --version', 'print the version')
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

for (const command of takingSettings) addSettings(command)

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
