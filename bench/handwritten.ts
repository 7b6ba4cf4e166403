// The baseline: the same calls written by hand with Effect's HttpClient and Schema.
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const envelope = <S extends Schema.Top>(data: S) => Schema.Struct({ success: Schema.optional(Schema.Boolean), data })

const decodeConfig = HttpClientResponse.schemaBodyJson(
  envelope(
    Schema.Struct({
      id: Schema.optional(Schema.String),
      number: Schema.optional(Schema.String),
      friendly_name: Schema.optional(Schema.NullOr(Schema.String)),
      call_forwarding: Schema.optional(
        Schema.NullOr(
          Schema.Struct({
            enabled: Schema.optional(Schema.Boolean),
            forward_to: Schema.optional(Schema.NullOr(Schema.String)),
            when_unavailable: Schema.optional(Schema.Boolean),
            rings_before_forward: Schema.optional(Schema.Int)
          })
        )
      ),
      voicemail: Schema.optional(
        Schema.NullOr(
          Schema.Struct({
            enabled: Schema.optional(Schema.Boolean),
            transcription: Schema.optional(Schema.Boolean),
            delete_after_days: Schema.optional(Schema.Int)
          })
        )
      ),
      sms_webhook: Schema.optional(Schema.NullOr(Schema.String)),
      voice_webhook: Schema.optional(Schema.NullOr(Schema.String))
    })
  )
)

const decodeList = HttpClientResponse.schemaBodyJson(
  envelope(
    Schema.Struct({
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
  )
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
    const guard = <A, E>(self: Effect.Effect<A, E>) =>
      self.pipe(Effect.timeout("30 seconds"), Effect.retry({ times: 2, schedule: Schedule.exponential("1 second") }))
    return {
      getConfig: (id: string) =>
        guard(
          api.get(`/v2/numbers/${encodeURIComponent(id)}/config`).pipe(
            Effect.flatMap(decodeConfig),
            Effect.map((envelope) => envelope.data)
          )
        ),
      list: (input: { readonly limit: number; readonly status: string }) =>
        guard(
          api.get("/v2/numbers", { urlParams: input }).pipe(
            Effect.flatMap(decodeList),
            Effect.map((envelope) => envelope.data)
          )
        )
    }
  })
