/**
 * Sink configurations as tables: a member of the JSON object a customer sends, what its value must look like, what is
 * assumed when it is missing, and how much of it is shown again. Members that no table has are ignored and not shown.
 */

export type ConfigReading<Config> =
  | { readonly ok: true; readonly config: Config }
  /** `name` is the member that does not fit. */
  | { readonly ok: false; readonly name: string; readonly expected: string }

export interface ConfigField<Value> {
  /** As it stands in the JSON. */
  readonly name: string
  readonly expected: string
  /** Undefined when the value does not fit. */
  read(value: unknown): Value | undefined
  /** Taken when the member is missing or null; undefined makes it required. */
  readonly absent: Value | undefined
  /** How it is shown to its owner; undefined: as it is. */
  echo?(value: Value): unknown
}

export type ConfigTable = Readonly<Record<string, ConfigField<unknown>>>
export type ConfigOf<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends ConfigField<infer Value> ? Value : never
}

/** The table's members in order; the first that does not fit is named. */
export function readConfig<Table extends ConfigTable>(
  table: Table,
  value: Readonly<Record<string, unknown>>,
): ConfigReading<ConfigOf<Table>> {
  const config: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(table)) {
    const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined
    const read = given === undefined || given === null ? field.absent : field.read(given)
    if (read === undefined) return { ok: false, name: field.name, expected: field.expected }
    config[key] = read
  }
  return { ok: true, config: config as ConfigOf<Table> }
}

/** The configuration as its owner sees it: secrets masked, nothing that was not given or assumed. */
export function echoConfig<Table extends ConfigTable>(table: Table, config: ConfigOf<Table>): Record<string, unknown> {
  const echoed: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(table)) {
    const value = (config as Readonly<Record<string, unknown>>)[key]
    if (value !== null && value !== undefined) echoed[field.name] = field.echo ? field.echo(value) : value
  }
  return echoed
}

export function textField(name: string, charsMax: number): ConfigField<string> {
  return {
    name,
    expected: `a text of 1 to ${charsMax} characters`,
    absent: undefined,
    read: (value) => (typeof value === 'string' && value.trim() !== '' && value.length <= charsMax ? value : undefined),
  }
}

export function patternField(name: string, pattern: RegExp, expected: string): ConfigField<string> {
  return {
    name,
    expected,
    absent: undefined,
    read: (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined),
  }
}

/** One of a few words, in any case. */
export function wordField<const Word extends string>(name: string, words: readonly Word[]): ConfigField<Word> {
  return {
    name,
    expected: words.join(', '),
    absent: undefined,
    read: (value) => words.find((word) => typeof value === 'string' && word.toLowerCase() === value.toLowerCase()),
  }
}

/** Also takes the words `true` and `false`. */
export function booleanField(name: string): ConfigField<boolean> {
  return {
    name,
    expected: 'true or false',
    absent: undefined,
    read: (value) =>
      value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
  }
}

/** Also takes numbers written as texts. */
export function numberField(name: string, range: { readonly min: number; readonly max: number }): ConfigField<number> {
  const { min, max } = range
  return {
    name,
    expected: `a number from ${min} to ${max}`,
    absent: undefined,
    read(value) {
      const number = typeof value === 'string' && /^\d{1,9}(\.\d{1,6})?$/.test(value) ? Number(value) : value
      return typeof number === 'number' && number >= min && number <= max ? number : undefined
    },
  }
}

export const optional = <Value>(field: ConfigField<Value>): ConfigField<Value | null> => ({
  ...field,
  absent: null,
  echo: (value) => (value === null || !field.echo ? value : field.echo(value)),
})

export const withDefault = <Value>(field: ConfigField<Value>, absent: Value): ConfigField<Value> => ({
  ...field,
  absent,
})
