/**
 * IVR menus: a prompt, and where each key leads.
 *
 * @see https://docs.audian.com/call-control/ivr
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
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
export interface Option extends Schema.Schema.Type<typeof Option> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Option = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    digit: Schema.String,
    destination: Schema.String,
    destination_type: openEnum("phone_number", "ivr_menu")
  })
)

/**
 * A menu.
 *
 * @category models
 * @since 0.1.0
 */
export interface IvrMenu extends Schema.Schema.Type<typeof IvrMenu> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const IvrMenu = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    menu_id: Schema.String,
    name: Schema.optional(Schema.String),
    prompt: Schema.optional(Schema.String),
    options: Schema.optional(Schema.Array(Option.mapFields(Struct.map(Schema.optional)))),
    created_at: Schema.optional(Timestamp.Iso)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "IvrMenus", family: "flat", envelope: "bare" })

/**
 * Creates a menu (`POST /v2/ivr-menus`). `prompt` is spoken in `language`, `en-US` by default, with `voice`, `female` by
 * default; `max_digits` is 1 by default.
 *
 * @see https://docs.audian.com/call-control/ivr
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/ivr-menus", {
      payload: Schema.Struct({
        name: Schema.String,
        prompt: Schema.String,
        options: Schema.Array(Option),
        language: Schema.optional(Schema.String),
        voice: Schema.optional(openEnum("female")),
        max_digits: Schema.optional(Schema.Int)
      }),
      success: IvrMenu.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)
