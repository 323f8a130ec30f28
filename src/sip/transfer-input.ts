/** A party's wish to be replaced by somebody else (REFER), as the engine is told of it. */
import type { LegInput } from '../engine/ports/leg.ts'
import { parseNameAddr } from '../wire/sip/name-addr.ts'
import type { IncomingRefer } from '../wire/sip/session/incoming-refer.ts'
import { sipDetails } from './told-headers.ts'

export function transferInput(refer: IncomingRefer): LegInput {
  const { headers } = refer.request
  // With the header fields that it names.
  const target = parseNameAddr(headers.get('Refer-To') ?? '')?.uri ?? refer.target.uri
  return {
    input: 'transfer',
    target: `<${target}>`,
    sip: sipDetails(headers),
    decide: (isTaken) => {
      if (!isTaken) {
        refer.refuse(603)
        return
      }
      refer.accept()
      // What becomes of it is no business of a party that is hung up on.
      refer.report(200)
    },
  }
}
