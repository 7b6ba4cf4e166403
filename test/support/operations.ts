/**
 * The operations that tests of the client call.
 */
import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import { Numbers, Operation } from "effect-audian"

export const list = Effect.asVoid(Numbers.list())

/** An operation that is not safe to retry. */
export const purchase = Effect.asVoid(Numbers.purchase({ number: "+14155551234" }))

/** An account-scoped operation, for differences between the two families. */
export const getAccount = Operation.make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id", {
      params: { account_id: Schema.String },
      success: Schema.Struct({ data: Schema.Struct({ id: Schema.String }) })
    }),
  { resource: "Test", family: "account", replay: "safe" }
)

/** A port with the required fields only. */
export const portRequest = {
  number: "+12125550199",
  account_number: "1",
  billing_phone: "+12125550100",
  end_user_name: "A",
  end_user_address: { street: "s", city: "c", state: "NY", postal_code: "1", country: "US" }
} as const
