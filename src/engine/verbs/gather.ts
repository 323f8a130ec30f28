/**
 * Plays its prompts, collects keys, and asks `action` how to go on; without input it falls through to the next verb
 * unless `actionOnEmptyResult` is set. Speech input needs a recogniser, which is not here yet: it is alerted.
 */
import type { Gather } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import type { Program, Prompt } from '../ports/leg-media.ts'
import { pausePrompts, playPrompts, sayPrompts } from './prompts.ts'
import { toDocument } from './urls.ts'

export async function runGather(gather: Gather, context: VerbContext): Promise<Flow> {
  const { host } = context
  if (gather.input.includes('speech')) {
    host.alert(
      alertByName(
        'speechNotAvailable',
        '<Gather> speech input is not available yet; only keys are heard',
        gather.position,
      ),
    )
  }
  const prompts = await nestedPrompts(gather, context)
  if (host.stop.aborted) return NEXT_VERB
  const { outcome, digits, finishedOnKey } = await host.run(toProgram(gather, prompts))
  if (outcome === 'stopped' || outcome === 'gone') return NEXT_VERB
  if (digits === '' && !gather.actionOnEmptyResult) return NEXT_VERB
  return toDocument(context, {
    url: gather.action,
    method: gather.method,
    verb: 'Gather',
    parameters: { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' },
  })
}

function toProgram(gather: Gather, prompts: readonly Iterable<Prompt>[]): Program {
  const timeoutMs = gather.timeoutSec * 1000
  if (!gather.input.includes('dtmf')) return { play: concat([...prompts, [{ kind: 'silence', lengthMs: timeoutMs }]]) }
  return { play: concat(prompts), collect: { numDigits: gather.numDigits, finishOnKey: gather.finishOnKey, timeoutMs } }
}

/** Every nested file is fetched before the first prompt is played. */
async function nestedPrompts(gather: Gather, context: VerbContext): Promise<readonly Iterable<Prompt>[]> {
  const prompts: Iterable<Prompt>[] = []
  for (const child of gather.children) {
    if (child.verb === 'Say') prompts.push(sayPrompts(child, 'Gather'))
    else if (child.verb === 'Pause') prompts.push(pausePrompts(child))
    else prompts.push(await playPrompts(child, context, 'Gather'))
  }
  return prompts
}

function* concat(parts: readonly Iterable<Prompt>[]): Generator<Prompt> {
  for (const part of parts) yield* part
}
