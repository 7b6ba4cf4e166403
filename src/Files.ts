/**
 * Uploads, downloads, and their progress.
 *
 * An operation that uploads takes a `File`, a `Blob`, or a {@link Source}, whose bytes are read while they are sent.
 * One that downloads returns a `Stream` of bytes: `Fax.downloadReceived({ faxId }).pipe(Stream.unwrap, Files.save(path))`.
 * Files on disk need Effect's `FileSystem` and `Path`, which `NodeServices.layer` provides.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import { dual } from "effect/Function"
import * as Mime from "effect/http/Mime"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { byteLimit } from "./internal/files/byteLimit.ts"
import * as Multipart from "./internal/files/multipart.ts"
import type { FileInput, Source } from "./internal/files/source.ts"
import * as Internal from "./internal/files/source.ts"
import * as OptionRules from "./internal/options.ts"
import type { Response } from "./internal/service.ts"

export type { FileInput, Source } from "./internal/files/source.ts"

// -----------------------------------------------------------------------------
// uploads
// -----------------------------------------------------------------------------

/**
 * Checks whether a value is a {@link Source}.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSource: (u: unknown) => u is Source = Internal.isSource

/**
 * Makes a file of a stream of bytes.
 *
 * **Details**
 *
 * The stream runs once per attempt. If it fails, or its length is not `size`, the call fails with `InvalidRequest` and
 * was not executed. A browser holds the file until it is sent; elsewhere it is never held in memory.
 *
 * **Gotchas**
 *
 * The stream must be one that can run again: `Stream.unwrap` of the call that downloads, rather than its result.
 *
 * **Example** (Send a generated document)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Fax, Files } from "effect-audian"
 *
 * export const send = (pages: ReadonlyArray<string>) =>
 *   Fax.send({
 *     to: "+14155551234",
 *     file: Files.fromStream({
 *       name: "report.txt",
 *       stream: Stream.fromIterable(pages).pipe(Stream.encodeText)
 *     })
 *   })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromStream = (options: {
  readonly name: string
  /** The media type. Default by the name, else `application/octet-stream`. */
  readonly type?: string | undefined
  /** The length in bytes, if it is known. */
  readonly size?: number | undefined
  readonly stream: Stream.Stream<Uint8Array, unknown>
}): Source => {
  checkFile("Files.fromStream", options)
  OptionRules.check("Files.fromStream", { stream: options.stream }, { stream: streamRule })
  return Multipart.make({
    name: options.name,
    type: options.type ?? typeOf(options.name),
    size: options.size,
    stream: options.stream
  })
}

const streamRule = { expected: "a Stream of Uint8Array", accepts: Stream.isStream, required: true }

/** Throws for the options of a program that no compiler has checked. Options that nobody reads may be there. */
const checkFile = (method: string, options: { readonly name?: unknown; readonly type?: unknown } | undefined): void =>
  OptionRules.check(
    method,
    { name: options?.name, type: options?.type },
    { name: { ...OptionRules.string, required: true }, type: OptionRules.string }
  )

/**
 * Makes a `File` of bytes. Every platform can send it.
 *
 * **Example** (Fax a document that the program made)
 *
 * ```ts
 * import { Fax, Files } from "effect-audian"
 *
 * export const send = (pdf: Uint8Array) =>
 *   Fax.send({ to: "+14155551234", file: Files.fromBytes(pdf, { name: "offer.pdf" }) })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromBytes = (
  bytes: Uint8Array,
  options: {
    readonly name: string
    /** The media type. Default by the name, else `application/octet-stream`. */
    readonly type?: string | undefined
  }
): File => {
  checkFile("Files.fromBytes", options)
  OptionRules.check("Files.fromBytes", { bytes }, { bytes: bytesRule })
  return new File([new Uint8Array(bytes)], options.name, { type: options.type ?? typeOf(options.name) })
}

// A text in their place may be a whole document: an error does not show it.
const bytesRule = { expected: "a Uint8Array", accepts: (value: unknown) => isBytes(value), secret: true }

// Also those of another realm, and a buffer: they are copied.
const isBytes = (value: unknown): boolean =>
  ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]"

/**
 * Makes a file of a path. It is opened once per attempt.
 *
 * **Details**
 *
 * Name, size and media type default to those of the file on disk. A path that does not exist, or is no file, is
 * `InvalidRequest` of the call, which names the field. Nothing is sent then.
 *
 * **Example** (Send a file from disk)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax, Files } from "effect-audian"
 *
 * export const send = Effect.flatMap(Files.fromPath("offer.pdf"), (file) =>
 *   Fax.send({ to: "+14155551234", file })
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromPath = Effect.fnUntraced(function* (
  path: string,
  options?: {
    /** The file name in the form. Default the last part of the path. */
    readonly name?: string | undefined
    /** The media type. Default by the name, else `application/octet-stream`. */
    readonly type?: string | undefined
  }
): Effect.fn.Return<Source, never, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const { basename } = yield* Path.Path
  const info = yield* Effect.result(fs.stat(path))
  const name = options?.name ?? basename(path)
  const issue =
    info._tag === "Failure"
      ? info.failure.message
      : info.success.type === "File"
        ? undefined
        : `${path} is not a file: ${info.success.type}`
  return Multipart.make({
    name,
    type: options?.type ?? typeOf(name),
    size: info._tag === "Failure" ? undefined : Number(info.success.size),
    stream: fs.stream(path),
    [Internal.issue]: issue && `The file could not be read: ${issue}`
  })
})

/**
 * Sets limits for a file. A file that exceeds them is refused with `InvalidRequest` before anything is sent.
 *
 * **Details**
 *
 * The bytes of a file of unknown size are counted while they are read. The API documents no limits. Its engine accepts
 * 8,000,000 bytes by default, which an operator may change.
 *
 * **Example** (Accept documents of up to 8 MB)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax, Files } from "effect-audian"
 *
 * export const send = (document: Files.FileInput) =>
 *   Fax.send({
 *     to: "+14155551234",
 *     file: Files.within(document, { maxSize: 8_000_000, types: ["application/pdf", "image/tiff"] })
 *   }).pipe(Effect.catchReason("AudianClientError", "InvalidRequest", (_, error) => Effect.logError(error.message)))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const within: {
  (limits: Limits): (self: FileInput) => Source
  (self: FileInput, limits: Limits): Source
} = /*@__PURE__*/ dual(2, (self: FileInput, { maxSize, types }: Limits): Source => {
  const source = Multipart.from(self)
  const { size, stream } = source
  const type = source.type.split(";")[0]!.trim().toLowerCase()
  const issue =
    types !== undefined && !types.includes(type)
      ? `Expected a file of the type ${types.join(" or ")}, got ${type === "" ? "none" : type}`
      : size !== undefined && maxSize !== undefined && size > maxSize
        ? `Expected a file of at most ${maxSize} bytes, got ${size}`
        : undefined
  const limited =
    size === undefined && maxSize !== undefined
      ? byteLimit(stream, (bytes) => (bytes > maxSize ? new Error(`it has more than ${maxSize} bytes`) : undefined))
      : stream
  // Nested limits all hold.
  return Multipart.make({ ...source, stream: limited, [Internal.issue]: source[Internal.issue] ?? issue })
})

/**
 * Limits of {@link within}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  /** The largest size in bytes. */
  readonly maxSize?: number | undefined
  /** The media types, in lower case and without parameters. */
  readonly types?: ReadonlyArray<string> | undefined
}

const typeOf = (name: string): string => Option.getOrElse(Mime.getType(name), () => "application/octet-stream")

// -----------------------------------------------------------------------------
// downloads
// -----------------------------------------------------------------------------

/**
 * Writes a stream to a file, completely or not at all. Returns the number of bytes.
 *
 * **Details**
 *
 * The bytes go to a temporary file in the same directory (`.name.….part`). It is renamed to `path` after all bytes are
 * on disk, and removed on failure and interruption. An existing file is unchanged until then, and passes its permissions
 * on. A symbolic link is followed. A device or a pipe is written to as it is. The effect can be retried if the stream can run again.
 *
 * **Example** (Download a fax)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Fax, Files } from "effect-audian"
 *
 * export const saved = Fax.downloadReceived({ faxId: "fax_abc123" }).pipe(Stream.unwrap, Files.save("fax.pdf"))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const save: {
  (
    path: string
  ): <E, R>(
    self: Stream.Stream<Uint8Array, E, R>
  ) => Effect.Effect<number, E | PlatformError.PlatformError, R | FileSystem.FileSystem | Path.Path>
  <E, R>(
    self: Stream.Stream<Uint8Array, E, R>,
    path: string
  ): Effect.Effect<number, E | PlatformError.PlatformError, R | FileSystem.FileSystem | Path.Path>
} = /*@__PURE__*/ dual(2, <E, R>(self: Stream.Stream<Uint8Array, E, R>, path: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { basename, dirname, join } = yield* Path.Path
      const target = yield* Effect.orElseSucceed(fs.realPath(path), () => path)
      const existing = yield* Effect.option(fs.stat(target))
      // A rename would replace a device, such as /dev/null, by a file.
      if (Option.exists(existing, ({ type }) => type !== "File" && type !== "Directory")) {
        return yield* write(self, target, "a")
      }
      const permissions = Option.map(existing, ({ mode }) => mode & 0o777)
      const random = Math.floor((yield* Random.next) * 2 ** 48).toString(36)
      // Most file systems limit names to 255 bytes, so a long name is shortened.
      const temporary = join(dirname(target), `.${basename(target).slice(0, 50)}.${random}.part`)
      const create = fs.writeFile(temporary, new Uint8Array(), {
        flag: "wx",
        ...(Option.isSome(permissions) && { mode: permissions.value })
      })
      yield* Effect.acquireRelease(create, (_, exit) =>
        Exit.isSuccess(exit) ? Effect.void : Effect.ignore(fs.remove(temporary, { force: true }))
      )
      // The umask applies to new files only; a replaced file keeps its mode.
      if (Option.isSome(permissions)) yield* fs.chmod(temporary, permissions.value)
      const bytes = yield* write(self, temporary)
      // Uninterruptible: an abandoned rename could still happen after the interruption was reported.
      yield* Effect.uninterruptible(fs.rename(temporary, target))
      return bytes
    })
  )
)

const write = <E, R>(self: Stream.Stream<Uint8Array, E, R>, path: string, flag: "r+" | "a" = "r+") =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const file = yield* fs.open(path, { flag })
      let bytes = 0
      yield* Stream.runForEach(self, (chunk) => {
        bytes += chunk.byteLength
        // Uninterruptible: closing the file during a write would free its descriptor for another file.
        return Effect.uninterruptible(file.writeAll(chunk))
      })
      // Devices and pipes cannot be synced.
      if (flag === "r+") yield* Effect.uninterruptible(file.sync)
      return bytes
    })
  )

/**
 * Returns the length of a download in bytes, if the response has it. Pass it to {@link withProgress} as `total`.
 *
 * @category getters
 * @since 0.1.0
 */
export const sizeOf = (response: Response | undefined): number | undefined =>
  response && Internal.lengthOf(response.headers)

// -----------------------------------------------------------------------------
// progress
// -----------------------------------------------------------------------------

/**
 * The progress of a transfer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** The bytes transferred so far. */
  readonly bytes: number
  /** The length of the transfer in bytes, if it is known. */
  readonly total: number | undefined
}

/**
 * Reports the progress of a stream of bytes, after each chunk and before the next one is pulled.
 *
 * **Details**
 *
 * `total` is by default the length of a download, if its response has one. The count starts at 0 each time the stream
 * runs. The stream fails if a report fails.
 *
 * **Example** (Show the progress of a download)
 *
 * ```ts
 * import * as Console from "effect/Console"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Fax, Files } from "effect-audian"
 *
 * export const saved = Fax.downloadReceived({ faxId: "fax_abc123" }).pipe(
 *   Effect.map(Files.withProgress({ onProgress: ({ bytes, total }) => Console.log(`${bytes} of ${total ?? "?"}`) })),
 *   Stream.unwrap,
 *   Files.save("fax.pdf")
 * )
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withProgress: {
  <E2 = never, R2 = never>(
    options: ProgressOptions<E2, R2>
  ): <E, R>(self: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<Uint8Array, E | E2, R | R2>
  <E, R, E2 = never, R2 = never>(
    self: Stream.Stream<Uint8Array, E, R>,
    options: ProgressOptions<E2, R2>
  ): Stream.Stream<Uint8Array, E | E2, R | R2>
} = /*@__PURE__*/ dual(2, <E, R, E2, R2>(self: Stream.Stream<Uint8Array, E, R>, options: ProgressOptions<E2, R2>) => {
  const total = options.total ?? Internal.lengthOfStream(self)
  return Stream.suspend(() => {
    let bytes = 0
    return Stream.tap(self, (chunk) =>
      Effect.suspend(() => {
        bytes += chunk.byteLength
        return options.onProgress({ bytes, total })
      })
    )
  })
})

/**
 * Options of {@link withProgress}.
 *
 * @category options
 * @since 0.1.0
 */
export interface ProgressOptions<E = never, R = never> {
  /** The length of the transfer in bytes. Default that of the download. */
  readonly total?: number | undefined
  readonly onProgress: (progress: Progress) => Effect.Effect<unknown, E, R>
}

/**
 * Reports the progress of an upload. The count starts at 0 for each attempt.
 *
 * **Gotchas**
 *
 * A browser sends a `File` or a `Blob` itself, since it may not be able to send a stream. Its progress is then reported
 * once, after the response. A stream is gathered into a `Blob` there, and reported before it is sent.
 *
 * **Example** (Log the progress of a fax)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax, Files } from "effect-audian"
 *
 * export const program = Effect.flatMap(Files.fromPath("offer.pdf"), (file) =>
 *   Fax.send({
 *     to: "+14155551234",
 *     file: Files.withUploadProgress(file, ({ bytes, total }) => Effect.log(`${bytes} of ${total ?? "?"} bytes`))
 *   })
 * )
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withUploadProgress: {
  (onProgress: (progress: Progress) => Effect.Effect<unknown>): (self: FileInput) => Source
  (self: FileInput, onProgress: (progress: Progress) => Effect.Effect<unknown>): Source
} = /*@__PURE__*/ dual(2, (self: FileInput, onProgress: (progress: Progress) => Effect.Effect<unknown>): Source => {
  const source = Multipart.from(self)
  const { size, stream } = source
  const sent = Effect.suspend(() => onProgress({ bytes: size ?? 0, total: size }))
  return Multipart.make({
    ...source,
    stream: withProgress(stream, { total: size, onProgress }),
    [Internal.sent]: Effect.andThen(source[Internal.sent] ?? Effect.void, sent)
  })
})
