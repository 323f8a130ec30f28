/** Settings as flags of commands: all of them, or the few that find a running server. */
import { type Command, Option } from 'commander'
import { type Config, flagOf, readConfig } from '../main/config.ts'
import { SETTINGS, type SettingKey } from '../main/settings.ts'

const ALL_KEYS = Object.keys(SETTINGS) as SettingKey[]
/** Commands with these have flags of their own that settings are called too, such as `--host`. */
const SERVER_KEYS: readonly SettingKey[] = ['data', 'accountSid', 'authToken']

const taking: { readonly command: Command; readonly keys: readonly SettingKey[] }[] = []

/** The command takes every setting as a flag. */
export function withSettings(command: Command): Command {
  taking.push({ command, keys: ALL_KEYS })
  return command
}

/** The command takes the settings that find a server. */
export function withServer(command: Command): Command {
  taking.push({ command, keys: SERVER_KEYS })
  return command
}

/** Once, when all commands are there, so that each one's help begins with its own options. */
export function addSettings(): void {
  for (const { command, keys } of taking) for (const key of keys) command.addOption(optionOf(key))
}

function optionOf(key: SettingKey): Option {
  const { fallback, sentence } = SETTINGS[key]
  const isUnset = fallback === null || (Array.isArray(fallback) && fallback.length === 0)
  const shown = isUnset ? '' : ` (default: ${String(fallback)})`
  return new Option(`--${flagOf(key)} <value>`, `${sentence}${shown}`).helpGroup('Settings:')
}

/** The settings among the options of a command that takes them all. */
export const configOf = (options: Readonly<Record<string, unknown>>): Config => readAmong(ALL_KEYS, options)

/** Of one that takes those which find a server. */
export const serverConfigOf = (options: Readonly<Record<string, unknown>>): Config => readAmong(SERVER_KEYS, options)

/** Commander names options by their flags in camel case. */
function readAmong(keys: readonly SettingKey[], options: Readonly<Record<string, unknown>>): Config {
  const flags: Partial<Record<SettingKey, unknown>> = {}
  for (const key of keys) {
    const name = flagOf(key).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    if (options[name] !== undefined) flags[key] = options[name]
  }
  return readConfig(flags)
}
