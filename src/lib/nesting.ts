/** JSON that is nested very deeply can be read, but writing it again overflows the stack. */

/** Whether the value has objects or lists within one another on more than `levels` levels. Looks no deeper than that. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isNestedDeeper(inner, levels - 1))
}
