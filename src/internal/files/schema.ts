/**
 * The schema of a file field.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
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
