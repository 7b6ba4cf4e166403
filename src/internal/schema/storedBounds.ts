/**
 * The bounds of documents that are changed. A stored document may be older than the bounds that its API documents: what was
 * read can be written back, and the API decides. A document that is created keeps to them.
 *
 * @internal
 */
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"

/** The issues that are about no bound. */
export const withoutBounds = (issue: SchemaIssue.Issue): ReadonlyArray<SchemaIssue.Issue> => {
  switch (issue._tag) {
    case "Filter":
      return isType(issue.filter) ? [issue] : []
    case "Pointer":
      return withoutBounds(issue.issue).map((inner) => new SchemaIssue.Pointer(issue.path, inner))
    case "Composite":
      return issue.issues.flatMap(withoutBounds)
    case "Encoding":
      return withoutBounds(issue.issue)
    case "AnyOf": {
      const members = issue.issues.map(withoutBounds)
      // A value of one of the members, but for its bounds.
      if (members.some((issues) => issues.length === 0)) return []
      return members.length === 1 ? members[0]! : [issue]
    }
    default:
      return [issue]
  }
}

/** True for a check that is part of a type: an integer, a finite number. */
const isType = ({ annotations }: SchemaAST.Filter<unknown>): boolean =>
  /isInt|isFinite/.test(String((annotations?.representation as { readonly id?: unknown } | undefined)?.id))
