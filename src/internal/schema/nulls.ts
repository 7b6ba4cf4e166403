/**
 * The fields of an object that came as null and are read as absent. A document that is written back has them as null again.
 *
 * An object with such fields carries their names under a symbol, which survives a spread and which `JSON.stringify` ignores.
 *
 * @internal
 */

const key: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/nulls")

interface Carrier {
  [key]?: ReadonlyArray<string>
}

/** Notes a field that came as null. */
export const note = (target: object, field: string): void => {
  const carrier = target as Carrier
  carrier[key] = [...(carrier[key] ?? []), field]
}

/** The fields that came as null. */
export const of = (from: object): ReadonlyArray<string> | undefined => (from as Carrier)[key]

/** Copies the names of those fields that `from` still has and that were given no value. */
export const copy = (from: object, to: object): void => {
  const fields = of(from)?.filter(
    (field) => Object.hasOwn(from, field) && (from as Readonly<Record<string, unknown>>)[field] === undefined
  )
  if (fields !== undefined && fields.length > 0) set(to, fields)
}

export const set = (to: object, fields: ReadonlyArray<string> | undefined): void => {
  if (fields !== undefined) (to as Carrier)[key] = fields
}
