/**
 * The issues of a schema, as an error lists them.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as SchemaIssue from "effect/SchemaIssue"
import type { Issue } from "../../AudianError.ts"

/** The most issues that an error keeps. */
export const maxIssues = 100

const format = /*@__PURE__*/ SchemaIssue.makeFormatterStandardSchemaV1()

/** Fields and expectations, without the values: they may be secrets. */
export const issuesOf = (issue: SchemaIssue.Issue): ReadonlyArray<Issue> =>
  format(issue).issues.map(({ message, path }) => ({
    field: (path ?? []).map((segment) => String(Predicate.isObject(segment) ? segment.key : segment)).join("."),
    // `undefined` only means that the field is optional.
    message: message.replace(/ \| undefined$/, "")
  }))
