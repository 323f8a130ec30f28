/** Say, Play and Pause as prompts: what a leg's media plays. Loops stay lazy, so a thousand rounds cost nothing. */
import { type Pause, type Play, type Say, spokenText } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import type { VerbContext } from '../interpreter/flow.ts'
import type { Prompt } from '../ports/leg-media.ts'
import { toneLengthMs } from './tones.ts'
import { absoluteUrl } from './urls.ts'

function* repeat(prompt: Prompt, loop: number): Generator<Prompt> {
  for (let round = 0; round < loop; round++) yield prompt
}

export function sayPrompts(say: Say, verb: string = 'Say'): Iterable<Prompt> {
  const text = spokenText(say)
  return text === '' ? [] : repeat({ kind: 'say', verb, text }, say.loop)
}

export function pausePrompts(pause: Pause): Iterable<Prompt> {
  return [{ kind: 'silence', lengthMs: pause.lengthSec * 1000 }]
}

/** The tones of some keys, once. */
export function keyPrompt(digits: string, verb: string = 'Play'): Prompt {
  return { kind: 'tone', verb, text: digits, lengthMs: toneLengthMs(digits) }
}

/** A file, fetched to know its length; empty when there is nothing to play, which has been alerted. */
export async function playPrompts(play: Play, context: VerbContext, verb: string = 'Play'): Promise<Iterable<Prompt>> {
  const url = absoluteUrl(play.url, context)
  if (url === null || play.url === '') {
    context.host.alert(
      alertByName('invalidUrl', `<Play> ${JSON.stringify(play.url)}: not a URL that can be fetched`, play.position),
    )
    return []
  }
  const measured = await context.host.measure(url)
  return measured ? repeat({ kind: 'play', verb, url, lengthMs: measured.lengthMs }, play.loop) : []
}
