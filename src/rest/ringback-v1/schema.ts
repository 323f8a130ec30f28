/** Pieces of schemas that several resources use. */
import Type from 'typebox'

/** Refuses names that are not there, so that a misspelt one is not one that does nothing. */
export function closed<Properties extends Record<string, Type.TSchema>>(properties: Properties) {
  return Type.Object(properties, { propertyNames: { enum: Object.keys(properties) } })
}

/** Null besides what the schema takes. One schema rather than a choice of two, so that what is wrong with a value can be said. */
export function orNull(schema: Type.TSchema & { readonly type: string }) {
  return Type.Unsafe({ ...schema, type: [schema.type, 'null'] })
}
