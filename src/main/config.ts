/**
 * Reads the settings once: flag, else environment, else ringback.config.json, else default. The only place that looks
 * at the environment. A value that does not fit is an error with its name, its source and what was expected.
 */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isLoopback } from '../sip/address-ranges.ts'
import { SETTINGS, type SettingKey, type Settings } from './settings.ts'

export type Source = 'flag' | 'environment' | 'file' | 'default'

export interface Config extends Settings {
  readonly sources: Readonly<Record<SettingKey, Source>>
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const FILE = 'ringback.config.json'

/** `events.gate` → `events-gate`, `publicUrl` → `public-url` */
export const flagOf = (key: SettingKey): string =>
  SETTINGS[key].name.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** @param flags values given on the command line or by a program, by setting key */
export function readConfig(
  flags: Partial<Record<SettingKey, unknown>> = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
  folder: string = process.cwd(),
): Config {
  const file = readFile(resolve(folder, FILE))
  const values: Record<string, unknown> = {}
  const sources: Record<string, Source> = {}
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const setting = SETTINGS[key]
    const [value, source] = pick(flags[key], environment[setting.environment], fromFile(file, setting.name))
    sources[key] = source
    if (source === 'default') {
      values[key] = setting.fallback
      continue
    }
    const parsed = setting.schema.safeParse(value)
    if (!parsed.success) {
      const where = { flag: `--${flagOf(key)}`, environment: setting.environment, file: `${setting.name} in ${FILE}` }[
        source
      ]
      const shown = 'secret' in setting ? 'the given value' : JSON.stringify(value)
      throw new ConfigError(
        `${where}: ${shown} does not fit: ${parsed.error.issues[0]?.message ?? 'invalid'}. ${setting.sentence}`,
      )
    }
    values[key] = parsed.data
  }
  return { ...(values as unknown as Settings), sources: sources as Record<SettingKey, Source> }
}

/** Where requests may go: as set, else by whether anyone but this machine can reach us. */
export function egressMode({ egress, host }: Pick<Settings, 'egress' | 'host'>): 'local' | 'public' {
  return egress ?? (host === 'localhost' || isLoopback(host) ? 'local' : 'public')
}

/** @throws ConfigError when it cannot be read. */
export function readCaFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`caFile: ${path} cannot be read: ${(error as Error).message}`)
  }
}

function pick(flag: unknown, environment: string | undefined, file: unknown): [unknown, Source] {
  if (flag !== undefined) return [flag, 'flag']
  if (environment !== undefined && environment !== '') return [environment, 'environment']
  if (file !== undefined) return [file, 'file']
  return [undefined, 'default']
}

function readFile(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {}
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`${path} is not JSON: ${(error as Error).message}`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ConfigError(`${path}: expected a JSON object`)
  const known = new Set(Object.values(SETTINGS).map((setting) => setting.name))
  for (const name of flatNames(parsed as Record<string, unknown>)) {
    if (!known.has(name))
      throw new ConfigError(`${path}: no setting is named ${JSON.stringify(name)}; \`ringback config\` lists them`)
  }
  return parsed as Record<string, unknown>
}

/** A dotted name may stand flat (`"events.gate"`) or nested (`"events": {"gate": …}`). */
function fromFile(file: Record<string, unknown>, name: string): unknown {
  if (name in file) return file[name]
  let value: unknown = file
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

function* flatNames(value: Record<string, unknown>, prefix = ''): Generator<string> {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      yield* flatNames(inner as Record<string, unknown>, `${prefix}${key}.`)
    else yield prefix + key
  }
}
