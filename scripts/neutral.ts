// Turns the words of a docstring into those of a document for any language: statuses instead of tags, and nothing that
// only this client has. `foreign` finds what is left; a test holds openapi.json to it.
import { Status } from "effect-audian"

const statuses = Status.errors.map(({ code, tag }) => [new RegExp(`\`${tag}\``, "g"), `${code}`] as const)

const replacements: ReadonlyArray<readonly [RegExp, string]> = [
  // The client retries. Another reader decides that on its own.
  [
    /(Sends a fax[^:]*): it is only retried when it was certainly not executed/g,
    "$1: it costs money, so it must not be sent twice"
  ],
  [/, so it is only retried when it was certainly not executed/g, ", so it must not be sent twice"],
  // Behaviour of this client only.
  [/: a `Stream` of (?:the|its) bytes(?: of a PDF)?, to be read once; `Files\.save` writes it to disk\./g, "."],
  [/\s+The call fails as any other\. The stream fails with `AudianClientError`[^.]*\./g, ""],
  [/ `Account\.Cdrs\.list` itself sends one range; its `pages` and `items` cut a wider one into windows\./g, ""],
  [/`awaitDelivery` follows a fax by its id\. /g, ""],
  [/; (?:`awaitCompletion` follows it|follow it with `awaitCompletion`)/g, ""],
  [/, for `awaitDelivery`/g, ""],
  [/ \(`(?:Timestamp|Files)\.\w+`\)/g, ""],
  // Types of a language.
  [/ that is a `File`, a `Blob` or a `Files\.Source`, such as `Files\.fromPath`/g, " of bytes"],
  [
    /: a `File`, a `Blob`, which goes without a name, or a `Files\.Source`, such as `Files\.fromPath`/g,
    ", with its name"
  ],
  [/; a number that it does not know is undefined/g, "; a number that it does not know is absent"],
  [/; unknown numbers and times are undefined/g, "; unknown numbers and times are absent"],
  [/, plain or redacted|, redacted/g, ""],
  [/; since it holds secrets, all of it comes redacted/g, ", and holds secrets"],
  [/; since the password may be in it, all of it comes redacted/g, ". The password may be in it"],
  [/ Its (?:SIP password|PIN) comes redacted\./g, ""],
  ...statuses
]

/** The text in the words of any language. */
export const neutral = (text: string): string =>
  replacements.reduce((text, [pattern, by]) => text.replace(pattern, by), text).trim()

const foreignWords =
  /\bFiles\.|\bTimestamp\.|\bPage\.|\bWait\.|\bReconcile|`(?:Stream|Blob|File|bigint|Uint8Array|await\w+)`|\bredacted|\bEffect\b|\bLayer\b|\bretried|\bAudianClientError|`(?:BadRequest|Unauthorized|PaymentRequired|Forbidden|NotFound|Conflict|UnprocessableEntity|TooManyRequests|InternalServerError|BadGateway|ServiceUnavailable)`|(?<!`)\bundefined\b|\{@link/

/** The first word that only a reader of this client understands. */
export const foreign = (text: string): string | undefined => foreignWords.exec(text)?.[0]
