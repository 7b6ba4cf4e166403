/**
 * A phone number in E.164 form: `+`, country code, number, at most 15 digits, no separators.
 *
 * Input fields take a plain literal (`"+14155551234"`) or a {@link PhoneNumber}, and check it before anything is sent.
 * A number in a response is a {@link PhoneNumber}, so that a number found can be bought.
 *
 * @see https://docs.audian.com/errors/troubleshooting
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { branded, lazy } from "./internal/schema/schema.ts"

/**
 * A phone number that {@link make} or {@link fromString} has checked, or that the API sent.
 *
 * @category models
 * @since 0.1.0
 */
export type PhoneNumber = string & Brand.Brand<"effect-audian/PhoneNumber">

/**
 * A phone number as an input field takes it.
 *
 * @category models
 * @since 0.1.0
 */
export type PhoneNumberInput = typeof PhoneNumberInput.Type

// Only a Unicode pattern is valid JSON Schema, and so part of the document.
const pattern = /^\+[1-9]\d{1,14}$/u

// The type is spelt out: editors and errors then show the two forms, and not the name `PhoneNumberInput`.
/**
 * The Schema of input fields: fails unless the text is E.164.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PhoneNumberInput: Schema.Codec<`+${string}` | PhoneNumber, string> = /*@__PURE__*/ lazy(() =>
  branded<`+${string}` | PhoneNumber>(
    Schema.String.check(
      Schema.isPattern(pattern, {
        expected: "a phone number in E.164 form, such as +14155551234",
        examples: ["+14155551234"]
      })
    )
  )
)

/**
 * The Schema of response fields: takes the number as the API writes it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PhoneNumber: Schema.Codec<PhoneNumber, string> = /*@__PURE__*/ lazy(() =>
  branded<PhoneNumber>(
    Schema.String.annotate({
      description: "A phone number, E.164",
      examples: ["+14155551234"]
    })
  )
)

const decode = /*@__PURE__*/ Schema.decodeUnknownOption(PhoneNumberInput)
const decodeOrThrow = /*@__PURE__*/ Schema.decodeUnknownSync(PhoneNumberInput)

/**
 * A phone number from any string, or none.
 *
 * **Example** (Check the input of a form)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import { Numbers, PhoneNumber } from "effect-audian"
 *
 * export const buy = (text: string) =>
 *   Option.match(PhoneNumber.fromString(text), {
 *     onNone: () => Effect.fail("not a phone number"),
 *     onSome: (number) => Numbers.purchase({ number })
 *   })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromString = (text: string): Option.Option<PhoneNumber> => decode(text) as Option.Option<PhoneNumber>

/**
 * A phone number from a string that is known to be one; throws on any other.
 *
 * **Example** (A number of the program)
 *
 * ```ts
 * import { PhoneNumber } from "effect-audian"
 *
 * export const support = PhoneNumber.make("+14155551234")
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (text: string): PhoneNumber => decodeOrThrow(text) as PhoneNumber
