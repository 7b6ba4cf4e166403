/**
 * The text that stands for a redacted value, such as `JSON.stringify` writes it.
 *
 * @internal
 */
export const isPlaceholder = (value: unknown): boolean =>
  typeof value === "string" && /^<redacted(?::[^<>]*)?>$/.test(value)
