/** What `/metrics` shows, in Prometheus' text format: the process, live calls, and exchanges as the journal commits them. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Sequenced } from '../journal/entry.ts'
import { createDeliveryMetrics, type DeliveryMetrics } from './delivery-metrics.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  readonly deliveries: DeliveryMetrics
  /** How late the media engine's ticks were, milliseconds each. */
  mediaTicks(lateMs: readonly number[]): void
}

export interface MetricsDeps {
  readonly onCommitted: (listener: (entries: readonly Sequenced[]) => void) => unknown
  readonly liveCalls: () => number
  /** Of Media Streams that are over, since the start. */
  readonly droppedFrames: () => number
}

/** The event loop's delay is looked at this often; each look wakes the thread. */
const LOOP_DELAY_MS = 100

export function createMetrics({ onCommitted, liveCalls, droppedFrames }: MetricsDeps): Metrics {
  const registers = [new Registry()]
  collectDefaultMetrics({ register: registers[0]!, eventLoopMonitoringPrecision: LOOP_DELAY_MS })
  new Gauge({
    name: 'ringback_calls_live',
    help: 'Calls in memory: live, or with an exchange still under way',
    registers,
    collect() {
      this.set(liveCalls())
    },
  })
  const ended = new Counter({
    name: 'ringback_calls_total',
    help: 'Calls that ended, by final status',
    labelNames: ['status'],
    registers,
  })
  const exchanges = new Counter({
    name: 'ringback_exchanges_total',
    help: 'Recorded HTTP exchanges',
    labelNames: ['purpose', 'direction', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'ringback_exchange_seconds',
    help: "Duration of requests to customers' apps",
    labelNames: ['purpose'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  const alerts = new Counter({
    name: 'ringback_alerts_total',
    help: 'Debugger alerts',
    labelNames: ['code', 'level'],
    registers,
  })
  const lateness = new Histogram({
    name: 'ringback_media_tick_lateness_seconds',
    help: 'How much later than due the media worker looked at its legs',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
    registers,
  })
  new Counter({
    name: 'ringback_stream_frames_dropped_total',
    help: 'Frames of 20 ms that Media Streams left out because an app read too slowly, counted when a stream ends',
    registers,
    collect() {
      this.reset()
      this.inc(droppedFrames())
    },
  })
  onCommitted((entries) => {
    for (const { entry } of entries) {
      if (entry.kind === 'exchange') {
        const { purpose, direction, response } = entry
        exchanges.inc({ purpose, direction, outcome: response ? `${Math.floor(response.code / 100)}xx` : 'none' })
        if (direction === 'outward') duration.observe({ purpose }, entry.durationMs / 1000)
      } else if (entry.body.fact === 'alert') {
        alerts.inc({ code: entry.body.alert.code, level: entry.body.alert.level })
      } else if (entry.body.fact === 'call-status' && FINAL.has(entry.body.status)) {
        ended.inc({ status: entry.body.status })
      }
    }
  })
  const mediaTicks = (lateMs: readonly number[]) => {
    for (const late of lateMs) lateness.observe(Math.max(0, late) / 1000)
  }
  const deliveries = createDeliveryMetrics(registers[0]!)
  return { contentType: registers[0]!.contentType, text: () => registers[0]!.metrics(), deliveries, mediaTicks }
}

const FINAL = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled'])
