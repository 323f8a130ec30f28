/** Our side of a call's session description: what we offer, answer and accept, and the line that it comes to. */

import type { LineMedia } from '../engine/ports/line.ts'
import { randomUint32 } from '../lib/ids.ts'
import type { Codec } from '../wire/rtp/formats.ts'
import { newSrtpKey, type SrtpKey } from '../wire/rtp/srtp-keys.ts'
import type { AudioAgreement, MediaAddress } from '../wire/sdp/agreement.ts'
import { type LocalAudio, makeAnswer, makeOffer, readAnswer } from '../wire/sdp/offer-answer.ts'
import { parseSdp } from '../wire/sdp/parse-sdp.ts'
import type { SessionDescription } from '../wire/sdp/session-description.ts'
import { writeSdp } from '../wire/sdp/write-sdp.ts'
import type { Body } from '../wire/sip/dialog/body.ts'

export const SDP_TYPE = 'application/sdp'

const CODECS: readonly Codec[] = ['PCMU', 'PCMA']
const FIRST_VERSION = 1
/** Stands for an address that is not known yet. */
const NOWHERE: MediaAddress = { address: '0.0.0.0', port: 9, rtcpPort: 9 }

/** `never`: the way that keys would go is not encrypted; `offered`: where the other end offers it; `always`: or there is no call. */
export type Encryption = 'never' | 'offered' | 'always'

export class LineAudio {
  readonly #media: LineMedia
  #encryption: Encryption
  #key: SrtpKey | null = null
  #agreement: AudioAgreement | null = null
  readonly #sessionId = String(randomUint32())
  #address: MediaAddress = NOWHERE
  /** What we said last, to be said again. */
  #said: { readonly text: Uint8Array; readonly version: number } | null = null

  constructor(media: LineMedia, encryption: Encryption) {
    this.#media = media
    this.#encryption = encryption
  }

  /** Both sides know what they hear and how. */
  get isAgreed(): boolean {
    return this.#agreement !== null
  }

  /** Resolves when descriptions can be made: with false when there is no port. @param host ours, as the party reaches it */
  async open(host: string): Promise<boolean> {
    const local = await this.#media.local
    if (local) this.#address = { ...local, address: host }
    return local !== null
  }

  /** Whether an offer could be answered. Null: it could. @returns why not */
  objection(offer: Body): string | null {
    const read = readBody(offer)
    if (!read) return NO_DESCRIPTION
    const made = makeAnswer(read, this.#local())
    return 'refused' in made ? made.refused : null
  }

  /** @param encryption of this offer; else as it was agreed on before */
  offer(encryption: Encryption = this.#agreed()): Body {
    return this.#say(makeOffer(this.#local(encryption)))
  }

  /** Answers an offer, and listens and speaks as agreed from now on. @returns why not */
  answer(offer: Body): Body | { readonly refused: string } {
    const read = readBody(offer)
    if (!read) return { refused: NO_DESCRIPTION }
    const made = makeAnswer(read, this.#local())
    if ('refused' in made) return made
    this.#connect(made.agreement)
    return this.#say(made.answer)
  }

  /** Takes the answer to an offer of ours. @param encryption of that offer @returns why not; null when it is taken */
  accept(answer: Body, encryption: Encryption = this.#agreed()): string | null {
    const read = readBody(answer)
    if (!read) return NO_DESCRIPTION
    const agreement = readAnswer(read, this.#local(encryption))
    if ('refused' in agreement) return agreement.refused
    this.#encryption = encryption
    this.#connect(agreement)
    return null
  }

  /** What we said last. */
  current(): Body | null {
    return this.#said && toBody(this.#said.text)
  }

  /** What a further offer of ours is about: a call that is encrypted stays so, and one that is not, too. */
  #agreed(): Encryption {
    if (!this.#agreement) return this.#encryption
    return this.#agreement.srtp ? 'always' : 'never'
  }

  #local(encryption: Encryption = this.#encryption): LocalAudio {
    if (encryption !== 'never') this.#key ??= newSrtpKey()
    return {
      address: this.#address,
      sessionId: this.#sessionId,
      // Which one it is turns out when it is said.
      version: FIRST_VERSION,
      direction: 'sendrecv',
      codecs: CODECS,
      key: encryption === 'never' ? null : this.#key,
      isSecure: encryption === 'always',
    }
  }

  /** The version counts descriptions that differ: one that is said again has its own once more (RFC 3264 section 8). */
  #say(description: SessionDescription): Body {
    const said = this.#said
    const write = (version: number) => {
      const origin = { ...description.origin, sessionVersion: String(version) }
      return { text: writeSdp({ ...description, origin }), version }
    }
    const again = write(said?.version ?? FIRST_VERSION)
    const isNew = said !== null && Buffer.compare(again.text, said.text) !== 0
    this.#said = isNew ? write(again.version + 1) : again
    return toBody(this.#said.text)
  }

  #connect(agreement: AudioAgreement): void {
    this.#agreement = agreement
    this.#media.connect(agreement)
  }
}

const NO_DESCRIPTION = 'The body is no session description'

function toBody(bytes: Uint8Array): Body {
  return { type: SDP_TYPE, bytes }
}

function readBody({ type, bytes }: Body): SessionDescription | null {
  return type.split(';')[0]!.trim().toLowerCase() === SDP_TYPE ? parseSdp(bytes) : null
}
