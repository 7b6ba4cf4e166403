/**
 * What layers and constructors die with when their options cannot work.
 *
 * @internal
 */

export class InvalidOptions extends Error {
  override readonly name = "InvalidOptions"
}
