/** Our side of a call's session description: what we offer, answer and accept, and the line that it comes to. */

import type { LineAddress, LineMedia } from '../engine/ports/line.ts'
import { randomSecret, randomUint32 } from '../lib/ids.ts'
import type { Codec } from '../wire/sdp/audio.ts'
import type { CryptoKey } from '../wire/sdp/crypto.ts'
import { type AudioAgreement, type LocalAudio, makeAnswer, makeOffer, readAnswer } from '../wire/sdp/offer-answer.ts'
import { parseSdp } from '../wire/sdp/parse-sdp.ts'
import type { SessionDescription } from '../wire/sdp/session-description.ts'
import { writeSdp } from '../wire/sdp/write-sdp.ts'
import type { Body } from '../wire/sip/dialog/body.ts'

export const SDP_TYPE = 'application/sdp'

const KEY_AND_SALT_BYTES = 30
const CODECS: readonly Codec[] = ['PCMU', 'PCMA']
/** Stands for an address that is not known yet. */
const NOWHERE: LineAddress = { address: '0.0.0.0', port: 9, rtcpPort: 9 }

/** `never`: the way that keys would go is not encrypted; `offered`: where the other end offers it; `always`: or there is no call. */
export type Encryption = 'never' | 'offered' | 'always'

export class LineAudio {
  readonly #media: LineMedia
  #encryption: Encryption
  #key: CryptoKey | null = null
  #isAgreed = false
  readonly #sessionId = String(randomUint32())
  #version = 1
  #address: LineAddress = NOWHERE
  /** What we said last, to be said again. */
  #said: SessionDescription | null = null

  constructor(media: LineMedia, encryption: Encryption) {
    this.#media = media
    this.#encryption = encryption
  }

  /** Both sides know what they hear and how. */
  get isAgreed(): boolean {
    return this.#isAgreed
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
    if (!read) return 'The body is no session description'
    const made = makeAnswer(read, this.#local())
    return 'refused' in made ? made.refused : null
  }

  /** @param encryption of this offer; else as it was */
  offer(encryption: Encryption = this.#encryption): Body {
    this.#encryption = encryption
    return this.#say(makeOffer(this.#local()))
  }

  /** Answers an offer, and listens and speaks as agreed from now on. @returns why not */
  answer(offer: Body): Body | { readonly refused: string } {
    const read = readBody(offer)
    if (!read) return { refused: 'The body is no session description' }
    if (this.#said) this.#version += 1
    const made = makeAnswer(read, this.#local())
    if ('refused' in made) return made
    this.#connect(made.agreement)
    return this.#say(made.answer)
  }

  /** Takes the answer to an offer of ours. @returns why not; null when it is taken */
  accept(answer: Body): string | null {
    const read = readBody(answer)
    if (!read) return 'The body is no session description'
    const agreement = readAnswer(read, this.#local())
    if ('refused' in agreement) return agreement.refused
    this.#connect(agreement)
    return null
  }

  /** What we said last. */
  current(): Body | null {
    return this.#said && toBody(this.#said)
  }

  #local(): LocalAudio {
    if (this.#encryption !== 'never') this.#key ??= makeKey()
    return {
      address: this.#address,
      sessionId: this.#sessionId,
      version: this.#version,
      direction: 'sendrecv',
      codecs: CODECS,
      key: this.#encryption === 'never' ? null : this.#key,
      isSecure: this.#encryption === 'always',
    }
  }

  #say(description: SessionDescription): Body {
    this.#said = description
    return toBody(description)
  }

  #connect(agreement: AudioAgreement): void {
    this.#isAgreed = true
    this.#media.connect(agreement)
  }
}

function toBody(description: SessionDescription): Body {
  return { type: SDP_TYPE, bytes: writeSdp(description) }
}

function readBody({ type, bytes }: Body): SessionDescription | null {
  return type.split(';')[0]!.trim().toLowerCase() === SDP_TYPE ? parseSdp(bytes) : null
}

function makeKey(): CryptoKey {
  return { suite: 'AES_CM_128_HMAC_SHA1_80', keyAndSalt: randomSecret(KEY_AND_SALT_BYTES) }
}
