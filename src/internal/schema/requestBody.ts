/**
 * The body of a request: the fields of the input that go into it, their encoder, and its writer. Endpoints with a body bring
 * it, so that a program of reads does not bundle it.
 *
 * @internal
 */
import * as HttpBody from "effect/http/HttpBody"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../../AudianError.ts"
import { issuesOf } from "../error/issues.ts"
import { type Fields as FormFields, type FormWriter, formWriter, isFileInput } from "../files/source.ts"
import { asCodec } from "./asCodec.ts"
import * as Clearable from "./clearable.ts"
import { allErrors, compileEncoder, type Encode, type Fields, fieldOf, namesOf } from "./encoder.ts"
import * as ExtraFields from "./extraFields.ts"
import { mapFields } from "./mapSchema.ts"
import * as Nulls from "./nulls.ts"
import { omitUndefinedDeep } from "./omitUndefinedDeep.ts"
import * as StoredBounds from "./storedBounds.ts"

export interface Body {
  /** The documented fields of the input that go into it. */
  readonly keys: ReadonlySet<string>
  readonly multipart: boolean
  /** The document is within `data`, as the engine has it. */
  readonly enveloped: boolean
  readonly encode: Encode<unknown>
  readonly write: (encoded: unknown) => HttpBody.HttpBody
}

export interface Options {
  readonly multipart: boolean
  readonly inUrl: ReadonlySet<string>
  /** Sends the fields that came as null. */
  readonly sendsNull: boolean
  /** A stored document: its values may be out of bounds. */
  readonly isStored: boolean
}

export type Compile = (schema: Schema.Top, options: Options) => Body

export const compile: Compile = (schema, { inUrl, isStored, multipart, sendsNull }) => {
  const encode = isStored ? compileStored(relaxed(schema)) : compileEncoder(relaxed(schema))
  const sendExtra = ExtraFields.send(schema.ast, multipart ? toFormValue : ExtraFields.toJson, sendsNull)
  // A body with `data` is an envelope. The input has the fields of `data` and those of the envelope.
  const data = fieldOf(schema.ast, "data")
  const envelope = new Set(data === undefined ? [] : namesOf(schema.ast).filter((key) => key !== "data"))
  const inner = data ?? schema.ast
  const names = new Set(namesOf(inner))
  const writeForm = formWriterOf(schema.ast)
  const isOpen = SchemaAST.isObjects(inner) && inner.indexSignatures.length > 0
  const place = (input: Fields, issues: Array<Issue>): Fields => {
    const own: Fields = {}
    const outer: Fields = {}
    for (const [key, value] of Object.entries(input)) {
      if (envelope.has(key)) outer[key] = value
      else if (names.has(key)) own[key] = value
      else if (!inUrl.has(key)) {
        const json = isOpen ? ExtraFields.toJson(value, key, issues, key) : value
        if (json !== undefined) own[key] = json
      }
    }
    Nulls.set(own, Nulls.of(input))
    return data === undefined ? own : { ...outer, data: own }
  }
  return {
    keys: new Set([...names, ...envelope]),
    multipart,
    enveloped: data !== undefined,
    encode: (input) => {
      const issues: Array<Issue> = []
      const placed = place(input, issues)
      const encoded = encode(placed)
      if (Result.isFailure(encoded)) issues.push(...encoded.failure)
      // Without an encoded body, a copy: the walk looks for slips in each object.
      sendExtra(placed, Result.isSuccess(encoded) ? encoded.success : omitUndefinedDeep(placed), issues)
      return issues.length === 0
        ? encoded
        : Result.fail(issues.map((issue) => ({ ...issue, field: issue.field.replace(/^data\.(?=.)/, "") })))
    },
    write: (encoded) =>
      multipart ? writeForm(encoded as FormFields) : HttpBody.text(JSON.stringify(encoded), "application/json")
  }
}

/** The encoder of a stored document: the API decides on its bounds. */
const compileStored = (schema: Schema.Top): Encode<unknown> => {
  const encodeUnbounded = Schema.encodeUnknownResult(asCodec<unknown>(schema), { ...allErrors, disableChecks: true })
  return compileEncoder(schema, (issue, value) => {
    const issues = StoredBounds.withoutBounds(issue).flatMap(issuesOf)
    return issues.length > 0
      ? Result.fail(issues)
      : Result.mapError(encodeUnbounded(value), ({ issue }) => issuesOf(issue))
  })
}

/** The schema of a body in which fields may be missing that the API requires and may not give. */
const relaxed = (schema: Schema.Top): Schema.Top => {
  const { ast } = schema
  const data = fieldOf(ast, "data")
  const relaxed = Clearable.relax(data ?? ast)
  if (relaxed === (data ?? ast)) return schema
  return Schema.make(
    data === undefined
      ? relaxed
      : mapFields(ast as SchemaAST.Objects, ({ name, type }) => (name === "data" ? relaxed : type))
  )
}

/** The writer of the form that a file field brings along, else the platform's. */
const formWriterOf = (ast: SchemaAST.AST): FormWriter => {
  for (const name of namesOf(ast)) {
    const field = fieldOf(ast, name)
    const writer = field && SchemaAST.resolve(field)?.[formWriter]
    if (writer !== undefined) return writer as FormWriter
  }
  return (fields) => HttpBody.formDataRecord(fields as HttpBody.FormDataInput)
}

/** An extra field of a form. */
const toFormValue: ExtraFields.Encode = (value, field, issues, key) => {
  if (isFileInput(value)) return value
  if (!Predicate.isObjectOrArray(value) || Redacted.isRedacted(value)) {
    return ExtraFields.toJson(value, field, issues, key)
  }
  issues.push({ field, message: "Expected text, a number, a boolean or a file" })
  return undefined
}
