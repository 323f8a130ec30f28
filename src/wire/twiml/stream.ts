/** `<Stream>`: the call's audio over a WebSocket; both ways in `<Connect>`, listening only in `<Start>`. */
import { oneOf, text, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Parameter, streamParameter } from './parameter.ts'
import { STATUS_CALLBACK } from './shared-attributes.ts'
import type { Position } from './source-position.ts'

const ATTRIBUTES = {
  url: url('url'),
  /** Null = the stream's own SID. */
  name: text('name'),
  track: oneOf('track', ['inbound_track', 'outbound_track', 'both_tracks'], { otherwise: 'inbound_track' }),
  ...STATUS_CALLBACK,
  connectorName: text('connectorName'),
  audioFormat: text('audioFormat'),
  sampleRate: text('sampleRate'),
} as const

export interface Stream extends ValuesOf<typeof ATTRIBUTES> {
  readonly noun: 'Stream'
  readonly position: Position
  readonly parameters: readonly Parameter[]
}

export const stream = defineElement({
  attributes: ATTRIBUTES,
  children: { Parameter: streamParameter },
  build: ({ values, children, position }): Stream => ({ noun: 'Stream', position, ...values, parameters: children }),
})
