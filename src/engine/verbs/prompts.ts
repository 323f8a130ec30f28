/** Say, Play, Pause and keys as prompts, their sounds made: what a leg's media plays. */
import { type Pause, type Play, type Say, spokenText } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import type { CallHost, VerbContext } from '../interpreter/flow.ts'
import type { Rounds } from '../ports/leg-media.ts'
import { absoluteUrl } from './urls.ts'

/** Of a minute each: twice as long as any call. */
const MUSIC_ROUNDS_MAX = 60 * 48

export async function sayRounds(say: Say, host: CallHost, verb: string = 'Say'): Promise<readonly Rounds[]> {
  const sound = await host.sounds.say(say)
  return [{ prompt: { kind: 'say', verb, text: spokenText(say), sound }, times: say.loop }]
}

/** Words that stand in no `<Say>`. */
export async function wordRounds(text: string, host: CallHost): Promise<readonly Rounds[]> {
  return [{ prompt: { kind: 'say', verb: 'Say', text, sound: await host.sounds.words(text) }, times: 1 }]
}

export function pauseRounds(pause: Pause): readonly Rounds[] {
  return [{ prompt: { kind: 'silence', lengthMs: pause.lengthSec * 1000 }, times: 1 }]
}

/** Keys towards the party. */
export const keysPrompt = (digits: string, sounds: CallHost['sounds'], verb: string) =>
  ({ kind: 'keys', verb, text: digits, sound: sounds.keys(digits) }) as const

/** Presses keys towards the party. */
export async function pressKeys(
  host: Pick<CallHost, 'pressed' | 'run' | 'sounds'>,
  digits: string,
  verb: string,
): Promise<void> {
  host.pressed(digits)
  await host.run({ play: [{ prompt: keysPrompt(digits, host.sounds, verb), times: 1 }] })
}

/** Hold music, over and over, for as long as anybody may wait. `verb` is what plays it. */
export async function musicRounds(sounds: CallHost['sounds'], verb: string): Promise<readonly Rounds[]> {
  const sound = await sounds.holdMusic()
  return [{ prompt: { kind: 'music', verb, text: '(hold music)', sound }, times: MUSIC_ROUNDS_MAX }]
}

/** A file, fetched; empty when there is nothing to play, which has been alerted. */
export async function playRounds(play: Play, context: VerbContext, verb: string = 'Play'): Promise<readonly Rounds[]> {
  const url = absoluteUrl(play.url, context)
  if (url === null || play.url === '') {
    context.host.alert(
      alertByName('invalidUrl', `<Play> ${JSON.stringify(play.url)}: not a URL that can be fetched`, play.position),
    )
    return []
  }
  const sound = await context.host.fetchSound(url)
  return sound ? [{ prompt: { kind: 'play', verb, url, sound }, times: play.loop }] : []
}
