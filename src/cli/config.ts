/** `ringback config`: every setting, its value in force and where it came from. */
import { type Config, flagOf } from '../main/config.ts'
import { SETTINGS, type SettingKey } from '../main/settings.ts'

export function configCommand(config: Config): void {
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const setting = SETTINGS[key]
    const value = 'secret' in setting && config[key] !== null ? '***' : show(config[key])
    process.stdout.write(
      `${setting.name} = ${value}${setting.unit && config[key] !== null ? ` ${setting.unit}` : ''}   (${config.sources[key]})\n`,
    )
    process.stdout.write(`    ${setting.sentence}\n    --${flagOf(key)}, ${setting.environment}\n`)
  }
}

const show = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(', ')}]` : value === null ? '-' : String(value)
