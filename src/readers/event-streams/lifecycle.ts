/** What a type's stage of life means: who still receives it, who may subscribe, and what is said about it. */
import type { EventType, Lifecycle } from './catalogue.ts'

export interface LifecycleRule {
  /** Existing subscriptions still receive it. */
  readonly received: boolean
  /** A new subscription, or one that does not have it yet, may name it. */
  readonly subscribable: boolean
  readonly warning: 'none' | 'look for the alternative' | 'replace it now' | 'gone'
}

export const LIFECYCLE: Readonly<Record<Lifecycle, LifecycleRule>> = {
  available: { received: true, subscribable: true, warning: 'none' },
  deprecated: { received: true, subscribable: true, warning: 'look for the alternative' },
  restricted: { received: true, subscribable: false, warning: 'replace it now' },
  discontinued: { received: false, subscribable: false, warning: 'gone' },
}

/** The sentence for API answers, the console and the CLI; null when there is nothing to say. */
export function lifecycleWarning({ type, status, alternative }: EventType): string | null {
  return LIFECYCLE[status].warning === 'none' ? null : `event type ${type} is ${status}; use ${alternative}`
}
