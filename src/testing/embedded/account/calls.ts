/**
 * The calls of an account: channels of the active ones, records of the ended ones.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Cdrs from "../../../account/Cdrs.ts"
import * as Channels from "../../../account/Channels.ts"
import type * as AudianTest from "../../AudianTest.ts"
import type * as State from "../state.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as Filters from "./filters.ts"
import * as Paging from "./paging.ts"
import * as StoredDocuments from "./storedDocuments.ts"
import * as StoredRecords from "./storedRecords.ts"

const cdrs = "cdrs"

/** The columns of a row with the same name as the record's field. */
const columns = [
  "call_id",
  "caller_id_name",
  "caller_id_number",
  "callee_id_name",
  "callee_id_number",
  "duration_seconds",
  "billing_seconds",
  "hangup_cause",
  "interaction_id",
  "other_leg_call_id",
  "from",
  "to",
  "request",
  "media_server"
]

/** A record in a list: a row of columns, where an unknown value is an empty string. */
const row = (stored: Accounts.Stored): Envelope.Document => {
  const { data, id } = stored
  const time = DateTime.formatIso(DateTime.makeUnsafe(stored.created))
  const unix = Math.floor(stored.created / 1000)
  const vars = Envelope.isDocument(data.custom_channel_vars) ? data.custom_channel_vars : {}
  return {
    ...Object.fromEntries(columns.map((column) => [column, data[column] ?? ""])),
    id,
    direction: data.call_direction ?? "",
    owner_id: vars.owner_id ?? "",
    authorizing_id: vars.authorizing_id ?? "",
    bridge_id: vars.bridge_id ?? "",
    dialed_number: data.digits_dialed ?? "",
    datetime: time.slice(0, 19).replace("T", " "),
    iso_8601: time.slice(0, 10),
    iso_8601_combined: time.slice(0, 19),
    timestamp: String(StoredDocuments.gregorian(stored.created)),
    unix_timestamp: String(unix),
    unix_timestamp_micro: String(unix * 1_000_000),
    cost: "",
    rate: "",
    rate_name: "",
    recording_url: "",
    media_recordings: []
  }
}

/** The legs of a call, by its interaction id or by the id of one record. */
const legsOf = (account: Accounts.Account, id: string): ReadonlyArray<Accounts.Stored> => {
  const interaction = account.store(cdrs).find(id)?.data.interaction_id ?? id
  const all = StoredRecords.newestFirst(account, cdrs)
  return all.filter((stored) => stored.id === id || stored.data.interaction_id === interaction)
}

/** The number and the duration of calls, by direction. */
const summarize = (records: ReadonlyArray<Accounts.Stored>): Envelope.Document => {
  const sums: Record<string, { count: number; duration_seconds: number; billing_seconds: number }> = {}
  for (const { data } of records) {
    const direction = String(data.call_direction ?? "inbound")
    const sum = sums[direction] ?? { count: 0, duration_seconds: 0, billing_seconds: 0 }
    sums[direction] = {
      count: sum.count + 1,
      duration_seconds: sum.duration_seconds + numberOf(data.duration_seconds),
      billing_seconds: sum.billing_seconds + numberOf(data.billing_seconds)
    }
  }
  return sums
}

const numberOf = (u: Schema.Json | undefined): number => (typeof u === "number" ? u : 0)

const seconds = (from: number, to: number): number => Math.floor((to - from) / 1000)

/** The record of an ended call. */
const recordOf = ({
  answeredAt,
  createdAt,
  endedAt = createdAt,
  from,
  id,
  to
}: State.CallState): Envelope.Document => ({
  call_id: id,
  interaction_id: `${seconds(0, createdAt)}-${id}`,
  call_direction: "outbound",
  caller_id_number: from,
  callee_id_number: to,
  from,
  to,
  duration_seconds: seconds(createdAt, endedAt),
  billing_seconds: answeredAt === undefined ? 0 : seconds(answeredAt, endedAt),
  ringing_seconds: seconds(createdAt, answeredAt ?? endedAt),
  hangup_cause: answeredAt === undefined ? "NO_ANSWER" : "NORMAL_CLEARING"
})

/** Keeps a channel for each active call of the flat family, and a record for each ended one. */
const recordCalls = (accounts: Accounts.Accounts): void => {
  accounts.state.onCall.push((call) => {
    const account = accounts.byId.find(accounts.ownId)
    if (account === undefined) return
    const { answeredAt, createdAt, endedAt, from, id, to } = call
    if (endedAt !== undefined) {
      account.store("channels").delete(id)
      StoredRecords.add(accounts, account, cdrs, recordOf(call), createdAt)
      return
    }
    const channel = {
      call_id: id,
      direction: "outbound",
      state: "active",
      answered: answeredAt !== undefined,
      caller_id_number: from,
      callee_id_number: to,
      destination: to,
      timestamp: StoredDocuments.gregorian(createdAt)
    }
    account.store("channels").set(id, Accounts.makeStored(accounts, id, channel, createdAt))
  })
}

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => {
  recordCalls(accounts)
  return [
    Accounts.handle(accounts, Channels.list, ({ account }) =>
      Envelope.reply(
        account
          .store("channels")
          .all()
          .map(({ data, id }) => ({ ...data, uuid: id }))
      )
    ),

    Accounts.handle(accounts, Cdrs.list, ({ account, input, now }) =>
      StoredRecords.list(account, cdrs, input, now, row)
    ),

    Accounts.handle(accounts, Cdrs.get, ({ account, input: { cdr_id } }) => {
      const found = account.store(cdrs).find(cdr_id)
      if (found === undefined) return Envelope.unknownRecord("could not find cdr with supplied id")
      return Envelope.reply({ ...found.data, id: found.id, timestamp: StoredDocuments.gregorian(found.created) })
    }),

    Accounts.handle(accounts, Cdrs.getSummary, ({ account }) => Envelope.reply(summarize(account.store(cdrs).all()))),

    Accounts.handle(accounts, Cdrs.listLegs, ({ account, input }) =>
      Effect.suspend(() => {
        const legs = legsOf(account, input.leg_id)
        const shown = legs.filter((stored) => Filters.matches({ ...input }, stored))
        return legs.length === 0
          ? Envelope.unknownRecord("could not find legs for supplied id")
          : Paging.page(shown, input, { position: StoredRecords.position, show: row, newestFirst: true })
      })
    )
  ]
}
