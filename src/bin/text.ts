/**
 * Texts of the command that several of its modules use. The descriptions of the subcommands are the help of one that is
 * not loaded.
 *
 * @internal
 */
export const name = "effect-audian"

export const descriptions = {
  operations: "Finds operations by words. effect: read changes nothing; write may be repeated; unsafe may not.",
  call: "Calls an operation. See effect-audian call <Operation> --help for its flags.",
  doctor: "Checks the key, the account, the clock, the base URL and the quota, and says what to do",
  login: "Keeps an API key for later calls. It asks for the key at a terminal, else reads it from stdin.",
  profiles: "Lists the profiles. Keys are not shown.",
  listen: "Prints live events as they happen: a line each, JSON unless in a terminal",
  webhooks: "Sends signed webhooks to a receiver under development",
  mcp: "Serves tools for agents over stdio, by the Model Context Protocol. They only read, unless --allow names others.",
  serve: "Serves the Audian API from memory, for programs in any language to be tested against",
  completions: "Prints a script that completes commands, operations, flags and values in a shell"
} as const

/** The expectation of a flag that takes JSON. Its value may hold a secret, so that no message repeats it. */
export const expectedJson = "Expected JSON"
