/** Metrics of Event Streams, one series a sink: what is in line, how old, how attempts end, how long deliveries take. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { BreakerState } from '../readers/event-streams/breaker.ts'
import type { DeliveryReport, SenderStats } from '../readers/event-streams/sender-parts.ts'

const BREAKER_STATES: readonly BreakerState[] = ['closed', 'half-open', 'open', 'failed']

export interface DeliveryMetrics extends DeliveryReport {
  /** From where the gauges are read when someone looks. */
  watch(stats: () => { readonly sinks: readonly SenderStats[]; readonly position: number }, now: () => number): void
}

export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry]
  const labelNames = ['sink', 'type']
  const attempts = new Counter({
    name: 'ringback_sink_attempts_total',
    help: 'Requests to sinks, by outcome',
    labelNames: [...labelNames, 'outcome'],
    registers,
  })
  const attemptSeconds = new Histogram({
    name: 'ringback_sink_attempt_seconds',
    help: 'Duration of requests to sinks',
    labelNames,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  const latency = new Histogram({
    name: 'ringback_sink_delivery_seconds',
    help: "From an event's time to its acceptance by the sink",
    labelNames,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600, 14_400],
    registers,
  })
  const gauge = (name: string, help: string, more: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames, ...more], registers })
  const depth = gauge('ringback_sink_queue_depth', 'Events in memory and deliveries in line')
  const age = gauge('ringback_sink_oldest_seconds', 'Age of the oldest of them')
  const lag = gauge('ringback_sink_lag_entries', 'Journal entries behind the newest, up to which all is settled')
  const breaker = gauge('ringback_sink_breaker', '1 for the state the breaker is in', ['state'])

  return {
    attempted({ sid, sink }, outcome, durationMs) {
      attempts.inc({ sink: sid, type: sink.type, outcome })
      attemptSeconds.observe({ sink: sid, type: sink.type }, durationMs / 1000)
    },
    delivered({ sid, sink }, latencyMs) {
      latency.observe({ sink: sid, type: sink.type }, Math.max(0, latencyMs) / 1000)
    },
    watch(stats, now) {
      Object.assign(depth, {
        collect() {
          const { sinks, position } = stats()
          for (const one of [depth, age, lag, breaker]) one.reset()
          for (const { sink, depth: waiting, oldestAt, breaker: state, cursor } of sinks) {
            const labels = { sink: sink.sid, type: sink.sink.type }
            depth.set(labels, waiting)
            age.set(labels, oldestAt === null ? 0 : Math.max(0, now() - oldestAt) / 1000)
            lag.set(labels, Math.max(0, position - cursor))
            for (const one of BREAKER_STATES) breaker.set({ ...labels, state: one }, one === state ? 1 : 0)
          }
        },
      })
    },
  }
}
