// The call as one would write it by hand with Effect's HttpClient and Schema: the measure of what the library adds.
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const decode = HttpClientResponse.schemaBodyJson(
  Schema.Struct({
    success: Schema.optional(Schema.Boolean),
    data: Schema.Struct({
      numbers: Schema.Array(
        Schema.Struct({
          id: Schema.String,
          number: Schema.String,
          friendly_name: Schema.optional(Schema.NullOr(Schema.String)),
          status: Schema.optional(Schema.String),
          purchased_at: Schema.optional(Schema.String),
          expires_at: Schema.optional(Schema.NullOr(Schema.String)),
          billing: Schema.optional(
            Schema.Struct({
              monthly_cost: Schema.optional(Schema.Finite),
              next_charge: Schema.optional(Schema.NullOr(Schema.String))
            })
          )
        })
      ),
      total: Schema.optional(Schema.Int),
      limit: Schema.optional(Schema.Int),
      offset: Schema.optional(Schema.Int)
    })
  })
)

export const make = (baseUrl: string, token: string) =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const api = client.pipe(
      HttpClient.mapRequest((request) =>
        request.pipe(
          HttpClientRequest.prependUrl(baseUrl),
          HttpClientRequest.setHeader("x-auth-token", token),
          HttpClientRequest.acceptJson
        )
      ),
      HttpClient.filterStatusOk
    )
    return (input: { readonly limit: number; readonly status: string }) =>
      api.get("/v2/numbers", { urlParams: input }).pipe(
        Effect.flatMap(decode),
        Effect.map((envelope) => envelope.data),
        Effect.timeout("30 seconds"),
        Effect.retry({ times: 2, schedule: Schedule.exponential("1 second") })
      )
  })
