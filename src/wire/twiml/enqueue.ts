/** `<Enqueue>`: puts the caller into a queue, or makes a task for a workflow. */
import { integer, method, sid, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { isQueueName } from './queue.ts'
import { SCHEMA_WARNING, shown } from './report.ts'
import type { Position } from './source-position.ts'

const QUEUE_SIZE_MAX = 5000

const ATTRIBUTES = {
  action: url('action'),
  method: method('method', { code: 14201 }),
  /** Null = the default playlist, "" = silence. */
  waitUrl: url('waitUrl'),
  waitUrlMethod: method('waitUrlMethod', { otherwise: null, code: 14206 }),
  /** Null = the queue's own limit. */
  maxQueueSize: integer('maxQueueSize', { min: 1, max: QUEUE_SIZE_MAX, otherwise: null }),
  workflowSid: sid('workflowSid', 'WW'),
} as const
const TASK_ATTRIBUTES = {
  priority: integer('priority', { otherwise: null }),
  timeoutSec: integer('timeout', { min: 1, otherwise: null }),
} as const

export interface Task extends ValuesOf<typeof TASK_ATTRIBUTES> {
  /** A JSON object, as written. */
  readonly attributesJson: string
}

export interface Enqueue extends Omit<ValuesOf<typeof ATTRIBUTES>, 'waitUrlMethod'> {
  readonly verb: 'Enqueue'
  readonly position: Position
  /** 1 to 64 characters; "" only with a workflow. */
  readonly queueName: string
  /** POST, but GET for the default playlist, unless given. */
  readonly waitUrlMethod: 'GET' | 'POST'
  readonly task: Task | null
}

const task = defineElement({
  attributes: TASK_ATTRIBUTES,
  body: 'text',
  build: ({ values, body, element, report }): Task | null => {
    if (body === '') return { attributesJson: '{}', ...values }
    if (isJsonObject(body)) return { attributesJson: body, ...values }
    report.warn(element, SCHEMA_WARNING, `<Task> ${shown(body)}, expected a JSON object; it is skipped`)
    return null
  },
})

export const enqueue = defineElement({
  attributes: ATTRIBUTES,
  children: { Task: task },
  body: 'text',
  build: ({ values, children, body: queueName, position, element, report }): Enqueue | null => {
    const toWorkflow = values.workflowSid !== null && queueName === ''
    if (!toWorkflow && !isQueueName(queueName, element, report, { tooShort: 14204, tooLong: 14205 })) return null
    const waitUrlMethod = values.waitUrlMethod ?? (values.waitUrl === null ? 'GET' : 'POST')
    return { verb: 'Enqueue', position, queueName, ...values, waitUrlMethod, task: children[0] ?? null }
  },
})

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
