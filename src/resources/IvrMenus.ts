/**
 * IVR menus: a prompt, and where each key leads.
 *
 * @see https://docs.audian.com/call-control/ivr
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { lazy, model, openEnum } from "../internal/schema/schema.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A key and where it leads.
 *
 * @category models
 * @since 0.1.0
 */
export class Option extends /*@__PURE__*/ model<Option>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Key that is pressed. */
      digit: Schema.String,
      /** Destination of the call: a phone number, or the id of a menu. */
      destination: Schema.String,
      /** Kind of the destination: `phone_number` or `ivr_menu`. */
      destination_type: openEnum("phone_number", "ivr_menu")
    })
  )
) {}

/**
 * A menu.
 *
 * @category models
 * @since 0.1.0
 */
export class IvrMenu extends /*@__PURE__*/ model<IvrMenu>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the menu. */
      menu_id: Schema.String,
      /** Name of the menu. */
      name: Schema.optional(Schema.String),
      /** Text that is spoken. */
      prompt: Schema.optional(Schema.String),
      /** Keys and where they lead. */
      options: Schema.optional(Schema.Array(Option.mapFields(Struct.map(Schema.optional)))),
      /** Time of its creation. */
      created_at: Schema.optional(Timestamp.Iso)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Name of the menu. */
      name: Schema.String,
      /** Text that is spoken. */
      prompt: Schema.String,
      /** Keys and where they lead. */
      options: Schema.Array(Option),
      /** Language of the prompt. Default `en-US`. */
      language: Schema.optional(Schema.String),
      /** Voice of the prompt. Default `female`. */
      voice: Schema.optional(openEnum("female")),
      /** Keys of one choice at most. Default 1. */
      max_digits: Schema.optional(Schema.Int)
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "IvrMenus", family: "flat", envelope: "bare" })

/**
 * Creates a menu (`POST /v2/ivr-menus`).
 *
 * **Example** (A menu with two choices)
 *
 * ```ts
 * import { IvrMenus } from "effect-audian"
 *
 * export const program = IvrMenus.create({
 *   name: "Main menu",
 *   prompt: "Press 1 for sales, 2 for support.",
 *   options: [
 *     { digit: "1", destination: "+14155551234", destination_type: "phone_number" },
 *     { digit: "2", destination: "menu_support", destination_type: "ivr_menu" }
 *   ]
 * })
 * ```
 *
 * @see https://docs.audian.com/call-control/ivr
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () => Endpoint.post("create", "/v2/ivr-menus", { input: CreateInput, success: Endpoint.status(IvrMenu, 201) }),
  { replay: "unsafe" }
)
