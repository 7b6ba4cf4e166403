/**
 * The defect of layers and constructors whose options are invalid.
 *
 * @internal
 */

export class InvalidOptions extends Error {
  override readonly name = "InvalidOptions"
}
