/** All kinds of sink and their configurations: reading what a customer sent, showing it again. */
import { assert } from '../../../lib/assert.ts'
import type { SinkType } from '../catalogue.ts'
import { type ConfigReading, type ConfigTable, echoConfig, readConfig } from './config-field.ts'
import { KINESIS_TABLE, type KinesisConfig } from './kinesis.ts'
import { SEGMENT_TABLE, type SegmentConfig } from './segment.ts'
import { WEBHOOK_TABLE, type WebhookConfig } from './webhook-config.ts'

/** A sink's kind and its checked configuration: plain JSON. */
export type SinkConfig =
  | { readonly type: 'webhook'; readonly config: WebhookConfig }
  | { readonly type: 'kinesis'; readonly config: KinesisConfig }
  | { readonly type: 'segment'; readonly config: SegmentConfig }

export const SINK_TYPES: readonly SinkType[] = ['kinesis', 'webhook', 'segment']

const TABLES: Readonly<Record<SinkType, ConfigTable>> = {
  webhook: WEBHOOK_TABLE,
  kinesis: KINESIS_TABLE,
  segment: SEGMENT_TABLE,
}

export function readSinkConfig(type: SinkType, value: Readonly<Record<string, unknown>>): ConfigReading<SinkConfig> {
  const reading = readConfig(TABLES[type], value)
  if (!reading.ok) return reading
  return { ok: true, config: { type, config: reading.config } as SinkConfig }
}

/** `sink_configuration` as the owner sees it. */
export function echoSinkConfig(sink: SinkConfig): Record<string, unknown> {
  return echoConfig(TABLES[sink.type], sink.config)
}

/** Whether the sink needs a signing secret of its own. */
export function signsByStandard(sink: SinkConfig): boolean {
  if (sink.type !== 'webhook') return false
  const { signing } = sink.config
  assert(signing !== undefined, 'a configuration that was not read by its table')
  return signing === 'standard' || signing === 'both'
}
