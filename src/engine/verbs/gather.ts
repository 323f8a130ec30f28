/**
 * Plays its prompts, collects keys, and asks `action` how to go on; without input it falls through to the next verb
 * unless `actionOnEmptyResult` is set. Speech input needs a recogniser, which is not here yet: it is alerted.
 */
import type { Gather } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import type { Program, Rounds } from '../ports/leg-media.ts'
import { pauseRounds, playRounds, sayRounds } from './prompts.ts'
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
  const rounds = await nestedRounds(gather, context)
  if (host.stop.aborted) return NEXT_VERB
  const { outcome, digits, finishedOnKey } = await host.run(toProgram(gather, rounds))
  if (outcome === 'stopped' || outcome === 'gone') return NEXT_VERB
  if (digits === '' && !gather.actionOnEmptyResult) return NEXT_VERB
  return toDocument(context, {
    url: gather.action,
    method: gather.method,
    verb: 'Gather',
    parameters: { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' },
  })
}

function toProgram(gather: Gather, play: readonly Rounds[]): Program {
  const timeoutMs = gather.timeoutSec * 1000
  if (!gather.input.includes('dtmf'))
    return { play: [...play, { prompt: { kind: 'silence', lengthMs: timeoutMs }, times: 1 }] }
  return { play, collect: { numDigits: gather.numDigits, finishOnKey: gather.finishOnKey, timeoutMs } }
}

/** Every nested file is fetched, and every word made sound, before the first prompt is played. */
async function nestedRounds(gather: Gather, context: VerbContext): Promise<readonly Rounds[]> {
  const rounds: Rounds[] = []
  for (const child of gather.children) {
    if (child.verb === 'Say') rounds.push(...(await sayRounds(child, context.host, 'Gather')))
    else if (child.verb === 'Pause') rounds.push(...pauseRounds(child))
    else rounds.push(...(await playRounds(child, context, 'Gather')))
  }
  return rounds
}
