/**
 * Plays its prompts, collects keys or speech, whichever comes first, and asks `action` how to go on; without input it
 * falls through to the next verb unless `actionOnEmptyResult` is set.
 */
import type { Gather } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import type { CollectSpeech, HeardSpeech, Program, Rounds } from '../ports/leg-media.ts'
import type { LiveHearing } from '../recognition/live-hearing.ts'
import { NO_RECOGNIZER, type Transcript } from '../recognition/recognition.ts'
import { hintsOf, partialResults } from './gather-speech.ts'
import { pauseRounds, playRounds, sayRounds } from './prompts.ts'
import { toDocument } from './urls.ts'

/** The first pause, which ends speech with `speechTimeout="auto"`. */
const PAUSE_MS = 1000

export async function runGather(gather: Gather, context: VerbContext): Promise<Flow> {
  const { host } = context
  const rounds = await nestedRounds(gather, context)
  if (host.stop.aborted) return NEXT_VERB
  const live = hears(gather, 'speech') ? followSpeech(gather, context) : undefined
  const { outcome, digits, finishedOnKey, speech } = await host.run(toProgram(gather, rounds, context), live?.listener)
  const isOver = outcome === 'stopped' || outcome === 'gone'
  const transcript = speech && !isOver ? await understand(speech, live, gather, context) : null
  live?.close()
  if (isOver) return NEXT_VERB
  if (host.stop.aborted) return NEXT_VERB
  const keys = { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' }
  const to = { url: gather.action, method: gather.method, verb: 'Gather' } as const
  if (transcript) return toDocument(context, { ...to, parameters: speechParameters(transcript, gather) })
  if (digits !== '') return toDocument(context, { ...to, parameters: keys })
  if (!gather.actionOnEmptyResult) return NEXT_VERB
  const parameters = { ...(hears(gather, 'dtmf') && keys), ...(hears(gather, 'speech') && { SpeechResult: '' }) }
  return toDocument(context, { ...to, parameters })
}

const hears = (gather: Gather, input: 'dtmf' | 'speech'): boolean => gather.input.includes(input)

const followSpeech = (gather: Gather, context: VerbContext): LiveHearing =>
  context.host.recognition.follow(
    { language: gather.language, hints: hintsOf(gather), isAnswer: true },
    partialResults(gather, context),
  )

/** What was said; null when no words were found in it. */
async function understand(
  speech: HeardSpeech,
  live: LiveHearing | undefined,
  gather: Gather,
  { host }: VerbContext,
): Promise<Transcript | null> {
  const { language, profanityFilter } = gather
  const how = { language, profanityFilter, hints: hintsOf(gather), isAnswer: true } as const
  const transcript = await host.recognition.transcript(speech, how, live)
  const why = speech.passedOver ? NO_RECOGNIZER : transcript.fault
  if (why !== null) host.alertOnce(alertByName('speechNotUnderstood', `<Gather> speech: ${why}`, gather.position))
  return transcript.text === '' ? null : transcript
}

function speechParameters({ text, confidence }: Transcript, { language }: Gather): Record<string, string> {
  return {
    SpeechResult: text,
    ...(confidence !== null && { Confidence: String(confidence) }),
    Language: language,
  }
}

function toProgram(gather: Gather, play: readonly Rounds[], { host }: VerbContext): Program {
  const { numDigits, finishOnKey, timeoutSec, speechTimeoutSec, maxSpeechTimeSec, bargeIn } = gather
  const speech: CollectSpeech = {
    silenceMs: speechTimeoutSec === 'auto' ? PAUSE_MS : speechTimeoutSec * 1000,
    maxLengthMs: maxSpeechTimeSec * 1000,
    bargeIn,
    unknownWords: host.recognition.hearsSound,
  }
  const collect = {
    numDigits,
    finishOnKey,
    timeoutMs: timeoutSec * 1000,
    ...(!hears(gather, 'dtmf') && { ignoresKeys: true as const }),
    ...(hears(gather, 'speech') && { speech }),
  }
  return { play, collect }
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
