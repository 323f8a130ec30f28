/** Collects what is wrong with a document without stopping it. A warning points at the `<` of the element it is about. */
import type { Position } from './source-position.ts'

export interface TwimlWarning {
  /** The reference's debugger code. */
  readonly code: number
  readonly message: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
}

/** Anything the reference has no code of its own for: unknown names, wrong case, misplaced children and text. */
export const SCHEMA_WARNING = 12200

/** Further warnings of one document are dropped: the first hundred tell enough. */
export const WARNINGS_MAX = 100

export interface Report {
  readonly warnings: readonly TwimlWarning[]
  warn(about: { readonly position: Position }, code: number, message: string): void
}

export function createReport(): Report {
  const warnings: TwimlWarning[] = []
  return {
    warnings,
    warn({ position }, code, message) {
      if (warnings.length < WARNINGS_MAX) warnings.push({ code, message, ...position })
    },
  }
}

/** What people wrote, cut to 60 characters for a message. */
export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text)

/** The same, quoted. */
export const shown = (text: string): string => JSON.stringify(shorten(text))
