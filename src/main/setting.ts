/** What a row of the table of settings is made of. */
import { z } from 'zod'

export interface Setting<T> {
  readonly name: string
  readonly environment: string
  readonly schema: z.ZodType<T>
  readonly fallback: T
  readonly unit: string
  readonly sentence: string
  readonly secret?: true
}

export const setting = <T>(
  name: string,
  environment: string,
  schema: z.ZodType<T>,
  fallback: T,
  sentence: string,
  more: { readonly unit?: string; readonly secret?: true } = {},
): Setting<T> => ({
  name,
  environment,
  schema,
  fallback,
  sentence,
  unit: more.unit ?? '',
  ...(more.secret && { secret: true }),
})

export const text = z.string().min(1)
export const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
export const list = z.union([
  z.array(text),
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
])
