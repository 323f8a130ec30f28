/** `<Parameter name value>` and `<Config name value>`: named texts that a noun hands on to whoever serves it. */
import { text } from './attribute-kinds.ts'
import { defineElement } from './element-rule.ts'
import { SCHEMA_WARNING, shown } from './report.ts'

const ATTRIBUTES = { name: text('name', { otherwise: '' }), value: text('value', { otherwise: '' }) } as const

/** Of a stream: name and value together stay below this. */
const STREAM_PARAMETER_LENGTH = 500

export interface Parameter {
  readonly noun: 'Parameter'
  readonly name: string
  readonly value: string
}

export interface Config {
  readonly noun: 'Config'
  readonly name: string
  readonly value: string
}

/** A parameter without a name is skipped. */
export const parameter = namedText('Parameter', Number.POSITIVE_INFINITY)
export const streamParameter = namedText('Parameter', STREAM_PARAMETER_LENGTH)
export const config = namedText('Config', Number.POSITIVE_INFINITY)

function namedText<Noun extends 'Parameter' | 'Config'>(noun: Noun, below: number) {
  return defineElement({
    attributes: ATTRIBUTES,
    build: ({ values: { name, value }, element, report }) => {
      if (name === '') {
        report.warn(element, SCHEMA_WARNING, `<${noun}> without a name; it is skipped`)
        return null
      }
      if (name.length + value.length >= below) {
        report.warn(
          element,
          SCHEMA_WARNING,
          `<${noun}> ${shown(name)}: name and value have ${below} characters or more; it is skipped`,
        )
        return null
      }
      return { noun, name, value }
    },
  })
}
