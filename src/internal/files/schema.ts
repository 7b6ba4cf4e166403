/**
 * The schemas of files: of a field of a form, and of a response.
 *
 * @internal
 */
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as FileBody from "../call/fileBody.ts"
import { withReader } from "../schema/plainEndpoint.ts"
import * as Multipart from "./multipart.ts"
import { type FileInput, formWriter, isFileInput, issueOf } from "./source.ts"

/** A file of a multipart form. It is sent unchanged. */
export const file = () =>
  Schema.declare(isFileInput, {
    expected: "a File, a Blob or a Files.Source",
    toCodecJson: () =>
      Schema.link<FileInput>()(Schema.String.annotate({ format: "binary" }), {
        decode: SchemaGetter.forbidden(() => "A file is not JSON"),
        encode: SchemaGetter.forbidden(() => "A file is not JSON")
      })
  })
    .check(Schema.makeFilter(issueOf))
    .annotate({ [formWriter]: Multipart.write })

/** A response that is a file. Its endpoint brings the reader. */
export const download: typeof HttpApiSchema.StreamUint8Array = (options) =>
  withReader(HttpApiSchema.StreamUint8Array(options), FileBody.reader)
