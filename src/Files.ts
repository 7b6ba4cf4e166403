/**
 * Files on their way in and out: what an operation takes as a file, a download saved whole or not at all, and progress.
 *
 * An operation that uploads takes a `File` or a `Blob`, or a {@link Source}, whose bytes are read while they are sent.
 * One that downloads answers a `Stream` of bytes: `Fax.downloadReceived({ faxId }).pipe(Stream.unwrap, Files.save(path))`.
 * The disk is reached through Effect's `FileSystem` and `Path`, which `NodeServices.layer` and its like provide.
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
import * as PlatformError from "effect/PlatformError"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { counted } from "./internal/files/byteLimit.ts"
import * as Multipart from "./internal/files/multipart.ts"
import type { Input, Source } from "./internal/files/source.ts"
import * as Internal from "./internal/files/source.ts"
import type { Response } from "./internal/service.ts"

export type { Input, Source } from "./internal/files/source.ts"

// -----------------------------------------------------------------------------
// uploads
// -----------------------------------------------------------------------------

/**
 * Whether a value is a {@link Source}.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSource: (u: unknown) => u is Source = Internal.isSource

/**
 * A file of a stream. The stream is run for each attempt, so it must be one that can be: `Stream.unwrap` of the call
 * that answers a download, rather than its answer. If it fails, or has not the `size` it was said to have, the call
 * fails with `InvalidRequest`, and nothing was carried out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromStream = (options: {
  readonly name: string
  /** Default by the name, else `application/octet-stream`. */
  readonly type?: string | undefined
  readonly size?: number | undefined
  readonly stream: Stream.Stream<Uint8Array, unknown>
}): Source =>
  Multipart.make({
    name: options.name,
    type: options.type ?? typeOf(options.name),
    size: options.size,
    stream: options.stream
  })

/**
 * A file of bytes, as a `File`, which browsers send too.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromBytes = (
  bytes: Uint8Array,
  options: {
    readonly name: string
    /** Default by the name, else `application/octet-stream`. */
    readonly type?: string | undefined
  }
): File => new File([new Uint8Array(bytes)], options.name, { type: options.type ?? typeOf(options.name) })

/**
 * A file on disk, with the name, the size and, by its name, the type that it has. It is opened when it is sent, again
 * for each attempt. Fails when there is no such file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromPath = Effect.fnUntraced(function* (
  path: string,
  options?: {
    /** Default the last part of the path. */
    readonly name?: string | undefined
    /** Default by the name, else `application/octet-stream`. */
    readonly type?: string | undefined
  }
): Effect.fn.Return<Source, PlatformError.PlatformError, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const { basename } = yield* Path.Path
  const info = yield* fs.stat(path)
  if (info.type !== "File") {
    return yield* PlatformError.badArgument({
      module: "Files",
      method: "fromPath",
      description: `${path} is no file: ${info.type}`
    })
  }
  const name = options?.name ?? basename(path)
  return fromStream({ name, type: options?.type, size: Number(info.size), stream: fs.stream(path) })
})

/**
 * Sets limits for a file: one that does not keep to them is refused with `InvalidRequest`, before anything is sent. Of a
 * file whose size nobody knows, the bytes are counted while they are read.
 *
 * The API documents no limits of its own. Its engine takes 8,000,000 bytes by default, which an operator may change.
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax, Files } from "effect-audian"
 *
 * export const send = (document: Files.Input) =>
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
  (limits: Limits): (self: Input) => Source
  (self: Input, limits: Limits): Source
} = /*@__PURE__*/ dual(2, (self: Input, { maxSize, types }: Limits): Source => {
  const source = Multipart.from(self)
  const { size, stream } = source
  const type = source.type.split(";")[0]!.trim().toLowerCase()
  const wrong =
    types !== undefined && !types.includes(type)
      ? `Expected a file of the type ${types.join(" or ")}, got ${type === "" ? "none" : type}`
      : size !== undefined && maxSize !== undefined && size > maxSize
        ? `Expected a file of at most ${maxSize} bytes, got ${size}`
        : undefined
  const counting =
    size === undefined && maxSize !== undefined
      ? counted(stream, (bytes) => (bytes > maxSize ? new Error(`it has more than ${maxSize} bytes`) : undefined))
      : stream
  // Limits within limits: both hold.
  return Object.assign(Multipart.make({ ...source, stream: counting }), {
    [Internal.wrong]: Internal.wrongOf(source) ?? wrong
  })
})

/**
 * Limits of {@link within}: the most bytes, and the media types, in lower case and without parameters.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  readonly maxSize?: number | undefined
  readonly types?: ReadonlyArray<string> | undefined
}

const typeOf = (name: string): string => Option.getOrElse(Mime.getType(name), () => "application/octet-stream")

// -----------------------------------------------------------------------------
// downloads
// -----------------------------------------------------------------------------

/**
 * Writes a stream to a file, and answers how many bytes there were. They are written to a hidden file beside it
 * (`.name.….part`, of a long name its beginning), which takes the name once all of them are on disk: until then what was there stays, and when the
 * stream or the disk fails, or the fiber is interrupted, the hidden file is removed.
 *
 * A file that is replaced passes its permissions on; a symbolic link stays, and what it points to is replaced. The
 * effect can be repeated as a whole if the stream can.
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
      const permissions = Option.map(yield* Effect.option(fs.stat(target)), ({ mode }) => mode & 0o777)
      const random = Math.floor((yield* Random.next) * 2 ** 48).toString(36)
      // Most disks take names of up to 255 bytes, which the name itself may have.
      const temporary = join(dirname(target), `.${basename(target).slice(0, 50)}.${random}.part`)
      const create = fs.writeFile(temporary, new Uint8Array(), {
        flag: "wx",
        ...(Option.isSome(permissions) && { mode: permissions.value })
      })
      yield* Effect.acquireRelease(create, (_, exit) =>
        Exit.isSuccess(exit) ? Effect.void : Effect.ignore(fs.remove(temporary, { force: true }))
      )
      // What the process withholds from the files that it makes, it does not from one that it replaces.
      if (Option.isSome(permissions)) yield* fs.chmod(temporary, permissions.value)
      const bytes = yield* write(self, temporary)
      // A rename that was given up could still come about, behind the back of whoever was told of an interruption.
      yield* Effect.uninterruptible(fs.rename(temporary, target))
      return bytes
    })
  )
)

const write = <E, R>(self: Stream.Stream<Uint8Array, E, R>, path: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const file = yield* fs.open(path, { flag: "r+" })
      let bytes = 0
      yield* Stream.runForEach(self, (chunk) => {
        bytes += chunk.byteLength
        // The file must not be closed, and its descriptor used for another, while a write to it is under way.
        return Effect.uninterruptible(file.writeAll(chunk))
      })
      yield* Effect.uninterruptible(file.sync)
      return bytes
    })
  )

/**
 * How many bytes a download has, where the response says; give it to {@link withProgress}.
 *
 * @category getters
 * @since 0.1.0
 */
export const sizeOf = (response: Response): number | undefined => Internal.lengthOf(response.headers)

// -----------------------------------------------------------------------------
// progress
// -----------------------------------------------------------------------------

/**
 * How far a transfer has come.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** How many bytes have passed. */
  readonly bytes: number
  /** How many there are in all, where it is known. */
  readonly total: number | undefined
}

/**
 * Reports the bytes of a stream as they pass, after each chunk and before the next is asked for. A stream that is run
 * again is counted from the start.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withProgress: {
  <E2 = never, R2 = never>(options: {
    readonly total?: number | undefined
    readonly onProgress: (progress: Progress) => Effect.Effect<unknown, E2, R2>
  }): <E, R>(self: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<Uint8Array, E | E2, R | R2>
  <E, R, E2 = never, R2 = never>(
    self: Stream.Stream<Uint8Array, E, R>,
    options: {
      readonly total?: number | undefined
      readonly onProgress: (progress: Progress) => Effect.Effect<unknown, E2, R2>
    }
  ): Stream.Stream<Uint8Array, E | E2, R | R2>
} = /*@__PURE__*/ dual(
  2,
  <E, R, E2, R2>(
    self: Stream.Stream<Uint8Array, E, R>,
    options: {
      readonly total?: number | undefined
      readonly onProgress: (progress: Progress) => Effect.Effect<unknown, E2, R2>
    }
  ) =>
    Stream.suspend(() => {
      let bytes = 0
      return Stream.tap(self, (chunk) =>
        Effect.suspend(() => {
          bytes += chunk.byteLength
          return options.onProgress({ bytes, total: options.total })
        })
      )
    })
)

/**
 * Reports the bytes of a file as they are sent, for each attempt from the start. A `File` or a `Blob` becomes a
 * {@link Source}, which a platform must be able to stream: not every browser is.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withUploadProgress: {
  (onProgress: (progress: Progress) => Effect.Effect<unknown>): (self: Input) => Source
  (self: Input, onProgress: (progress: Progress) => Effect.Effect<unknown>): Source
} = /*@__PURE__*/ dual(2, (self: Input, onProgress: (progress: Progress) => Effect.Effect<unknown>): Source => {
  const source = Multipart.from(self)
  const { size, stream } = source
  return Multipart.make({ ...source, stream: withProgress(stream, { total: size, onProgress }) })
})
