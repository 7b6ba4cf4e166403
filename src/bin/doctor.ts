/**
 * `effect-audian doctor`: checks the requirements of a call, one after the other.
 *
 * @internal
 */
import process from "node:process"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Audian from "../Audian.ts"
import type * as AudianError from "../AudianError.ts"
import * as Accounts from "../account/Accounts.ts"
import * as Retry from "../Retry.ts"
import * as Numbers from "../resources/Numbers.ts"
import * as Client from "./client.ts"
import * as CommandError from "./failure.ts"
import * as Output from "./output.ts"
import * as Profiles from "./profiles.ts"
import { descriptions } from "./text.ts"

interface Check {
  readonly check: string
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly message: string
  readonly advice?: string
  /** The exit code of a failure. */
  readonly code?: number
}

const failed = (check: string, { code, report }: CommandError.CommandError): Check => ({
  check,
  status: "failed",
  message: report.message,
  ...(report.advice !== undefined && { advice: report.advice }),
  code
})

const ofError = (check: string, error: AudianError.AudianError): Check => failed(check, CommandError.ofAudian(error))

/** The clocks of this machine and of the server may differ by this many seconds. */
const tolerance = 30

const clock = (response: Audian.Response): Effect.Effect<Check> =>
  Effect.map(Clock.currentTimeMillis, (now): Check => {
    const check = "clock"
    const date = Date.parse(response.headers.date ?? "")
    if (Number.isNaN(date)) return { check, status: "skipped", message: "the server sends no date" }
    const seconds = Math.round((now - date) / 1000)
    return Math.abs(seconds) <= tolerance
      ? { check, status: "ok", message: "agrees with the server's" }
      : {
          check,
          status: "warning",
          message: `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the server's`,
          advice: "Set the clock of this machine: signatures of webhooks and tokens depend on it."
        }
  })

const quota = ({ rateLimit }: Audian.Response): Check => {
  const check = "quota"
  const { limit, remaining } = rateLimit ?? {}
  if (remaining === undefined) return { check, status: "skipped", message: "the server reports none" }
  const message = `${remaining}${limit === undefined ? "" : ` of ${limit}`} requests left in this window`
  return limit !== undefined && remaining < limit / 10
    ? {
        check,
        status: "warning",
        message,
        advice: "Other programs use this key too, or this one needs RateLimit.limiter."
      }
    : { check, status: "ok", message }
}

const online: Effect.Effect<ReadonlyArray<Check>, never, Audian.Audian> = Effect.gen(function* () {
  const flat = yield* Effect.result(Audian.withResponse(Numbers.list({ limit: 1 })))
  if (flat._tag === "Failure") {
    const error = flat.failure
    const isAnswered = error.status !== undefined
    return [
      isAnswered ? { check: "base URL", status: "ok", message: "it responds" } : ofError("base URL", error),
      isAnswered ? ofError("key", error) : { check: "key", status: "skipped", message: "no server to ask" }
    ]
  }
  const [, response] = flat.success
  const account = yield* Effect.result(Accounts.get())
  return [
    { check: "base URL", status: "ok", message: "it responds" },
    { check: "key", status: "ok", message: "it is accepted" },
    account._tag === "Failure"
      ? ofError("account", account.failure)
      : {
          check: "account",
          status: "ok",
          message: [account.success.id, account.success.name].filter(Boolean).join(", ")
        },
    ...(response === undefined ? [] : [yield* clock(response), quota(response)])
  ]
})

const credential = ({ apiKey, authToken, source }: Profiles.Settings): Check =>
  apiKey === undefined && authToken === undefined
    ? {
        check: "credential",
        status: "failed",
        message: "there is no API key",
        advice: "Set AUDIAN_API_KEY, or run: effect-audian login",
        code: CommandError.Code.credentials
      }
    : {
        check: "credential",
        status: "ok",
        message: `${apiKey === undefined ? "a token" : "an API key"} from ${source}`
      }

const marks: Record<Check["status"], string> = {
  ok: "ok      ",
  warning: "warning ",
  failed: "failed  ",
  skipped: "skipped "
}

const text = ({ advice, check, message, status }: Check): string =>
  `${marks[status]}${check.padEnd(11)}${message.replaceAll("\n", " ")}${advice === undefined ? "" : `\n${" ".repeat(19)}${advice}`}`

export const command = Command.make("doctor", { profile: Profiles.flag, format: Output.flag }, ({ format, profile }) =>
  Effect.gen(function* () {
    const settings = yield* Profiles.settings(profile)
    const first = [
      { check: "runtime", status: "ok", message: `Node.js ${process.versions.node}` } as const,
      credential(settings)
    ]
    const rest = first.some(({ status }) => status === "failed")
      ? []
      : yield* online.pipe(
          Retry.withPolicy(Retry.none),
          Effect.provide(Client.fromSettings(settings)),
          Effect.catch((error) => Effect.succeed([failed("base URL", error)]))
        )
    const checks: ReadonlyArray<Check> = [...first, ...rest]
    const shown = checks.map(({ code: _, ...check }) => check)
    if ((yield* Output.formatOf(format)) === "table") yield* Console.log(checks.map(text).join("\n"))
    else
      yield* Output.print(
        shown,
        Option.getOrElse(format, () => "json" as const)
      )
    const bad = checks.find(({ status }) => status === "failed")
    if (bad === undefined) return
    return yield* CommandError.make(
      bad.code ?? CommandError.Code.failure,
      "NotWell",
      `${checks.filter(({ status }) => status === "failed").length} of ${checks.length} checks failed`
    )
  })
).pipe(Command.withDescription(descriptions.doctor))
