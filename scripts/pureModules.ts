// Makes each statement of a built module removable. The package has no side effects (`sideEffects` in package.json), but
// bundlers apply that to whole files: of a file that is used in part, they keep each call that is not marked as pure.
import { parseAst } from "rolldown/parseAst"
import type { ESTree } from "rolldown/utils"

type Node = ESTree.Node

/**
 * A module whose statements bundlers remove when they are unused: a value whose making could have a side effect is made
 * by a function that is called as pure.
 */
export const withPureStatements = (code: string, name: string): string => {
  let written = ""
  let end = 0
  for (const { binding, value } of parseAst(code).body.flatMap((statement) => impure(code, statement, name))) {
    written += `${code.slice(end, value.start)}/* @__PURE__ */ (() => (${named(code, value, binding)}))()`
    end = value.end
  }
  return written + code.slice(end)
}

interface Impure {
  readonly binding: string
  readonly value: Node
}

const impure = (code: string, statement: Node, name: string): ReadonlyArray<Impure> => {
  switch (statement.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "FunctionDeclaration":
      return []
    case "VariableDeclaration":
      return statement.declarations.flatMap(({ id, init }) => {
        const binding = code.slice(id.start, id.end)
        // Bundlers keep a pattern, whatever its value is.
        if (id.type !== "Identifier") throw new Error(`${name}: a variable for each name instead of ${binding}`)
        return init === null || isPure(code, init) ? [] : [{ binding, value: init }]
      })
    default:
      throw new Error(`${name}: a statement with a side effect: ${code.slice(statement.start, statement.end)}`)
  }
}

/** A class has the name of its variable, which it would lose within a function. */
const named = (code: string, value: Node, binding: string): string => {
  const text = code.slice(value.start, value.end)
  return value.type === "ClassExpression" && value.id === null ? text.replace("class", `class ${binding}`) : text
}

const isPure = (code: string, node: Node): boolean => {
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true
    case "ParenthesizedExpression":
      return isPure(code, node.expression)
    case "ArrayExpression":
      return node.elements.every((element) => element !== null && isPure(code, element))
    case "ObjectExpression":
      return node.properties.every(
        (property) => property.type === "Property" && !property.computed && isPure(code, property.value)
      )
    case "CallExpression":
    case "NewExpression":
      return isMarked(code, node) && node.arguments.every((argument) => isPure(code, argument))
    case "ClassExpression":
      return (
        (node.superClass === null || isPure(code, node.superClass)) &&
        node.body.body.every(
          (member) =>
            (member.type === "MethodDefinition" && !member.computed) ||
            (member.type === "PropertyDefinition" && !member.computed && !member.static)
        )
      )
    default:
      return false
  }
}

const isMarked = (code: string, { start }: Node): boolean => /\/\*\s*@__PURE__\s*\*\/\s*\(?$/.test(code.slice(0, start))
