// The errors of a wait, and the files that an operation accepts.
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { type AudianError, Fax, Files, type Operation, Ports, Wait } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

const read = Ports.get({ port_id: "port_1" })
const schedule = Schedule.spaced("1 minute")
const endless = Wait.until(read, { isFinal: Ports.isFinal, schedule })
const bounded = read.pipe(Wait.until({ isFinal: Ports.isFinal, schedule, deadline: "1 day" }))
const perhaps = (deadline: "1 day" | undefined) => Wait.until(read, { isFinal: Ports.isFinal, schedule, deadline })
const states = Wait.states(read, { isFinal: (port) => port.status === "completed", schedule, deadline: "1 day" })
const saved = Fax.downloadReceived({ faxId: "fax_1" }).pipe(Stream.unwrap, Files.save("fax.pdf"))

type Pending = AudianError.AudianError | Wait.StillPending<Ports.Port>

export const completion = Ports.awaitCompletion({ port_id: "p" }, { until: Ports.isFinal })
export const completionByDeadline = Ports.awaitCompletion({ port_id: "p" }, { deadline: "7 days" })

export type Checks = [
  // Only a wait with a deadline can still be pending when it is over.
  Expect<Equal<Effect.Error<typeof endless>, AudianError.AudianError>>,
  Expect<Equal<Effect.Error<typeof bounded>, Pending>>,
  Expect<Equal<Effect.Error<ReturnType<typeof perhaps>>, Pending>>,
  Expect<Equal<Stream.Error<typeof states>, Pending>>,
  Expect<Equal<Effect.Success<typeof bounded>, Ports.Port>>,
  Expect<
    Equal<
      Effect.Error<ReturnType<typeof Fax.awaitDelivery>>,
      AudianError.AudianError | Wait.StillPending<Fax.FaxStatus>
    >
  >,
  Expect<Equal<Effect.Error<typeof completion>, AudianError.AudianError>>,
  Expect<Equal<Effect.Error<typeof completionByDeadline>, AudianError.AudianError | Wait.StillPending<Ports.Port>>>,
  // The disk's errors and services are beside those of the call.
  Expect<Equal<Effect.Error<typeof saved>, AudianError.AudianError | PlatformError.PlatformError>>,
  Expect<FileSystem.FileSystem | Path.Path extends Effect.Services<typeof saved> ? true : false>,
  Expect<Equal<Operation.InputOf<typeof Fax.send>["file"], Files.FileInput>>
]

export const calls = [
  // A path is no file: it must be opened first.
  // @ts-expect-error
  Fax.send({ to: "+14155551234", file: "fax.pdf" }),
  Effect.flatMap(Files.fromPath("fax.pdf"), (file) => Fax.send({ to: "+14155551234", file })),
  // A stream is not one either: it has no name.
  // @ts-expect-error
  Files.fromStream({ stream: Stream.empty })
]
