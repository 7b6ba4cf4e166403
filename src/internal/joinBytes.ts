/**
 * Byte arrays in a row, as one.
 *
 * @internal
 */

/** Joins parts of a known total length. */
export const joinBytes = (parts: ReadonlyArray<Uint8Array>, length: number): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
