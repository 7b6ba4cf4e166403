/**
 * The commands as processes of their own, from the sources.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export const conditions = "--conditions=effect-audian-source"

const script = "src/bin/embedded.ts"

/** The entry of `effect-audian`. */
export const main = "src/bin/main.ts"

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Running {
  /** Its output at the start. */
  readonly greeting: string
  readonly baseUrl: string
  /** Sends it a signal, and waits for its end. */
  readonly end: (signal: NodeJS.Signals) => Effect.Effect<Ended>
}

interface Process {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  readonly stdout: () => string
}

const launch = (args: ReadonlyArray<string>, cwd: string, environment: Environment): Process => {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const out = { stdout: "", stderr: "" }
  child.stdout.on("data", (chunk: Buffer) => (out.stdout += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (out.stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...out })))
  return { child, ended, stdout: () => out.stdout }
}

type Environment = Readonly<Record<string, string>>

const process_ = (
  args: ReadonlyArray<string>,
  cwd = ".",
  environment: Environment = {}
): Effect.Effect<Process, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => launch(args, cwd, environment)),
    ({ child, ended }) =>
      Effect.promise(() => {
        child.kill("SIGKILL")
        return ended
      })
  )

/** Runs it to its end: it is expected to have one of its own. */
export const run = (
  args: ReadonlyArray<string>,
  options: { readonly node?: ReadonlyArray<string>; readonly cwd?: string; readonly entry?: string } = {}
): Effect.Effect<Ended> =>
  process_([conditions, ...(options.node ?? []), options.entry ?? script, ...args], options.cwd).pipe(
    Effect.flatMap(({ ended }) => Effect.promise(() => ended)),
    Effect.scoped
  )

/** Starts it, and waits for its whole output at the start. */
export const start = (...args: ReadonlyArray<string>): Effect.Effect<Running, never, Scope.Scope> =>
  startWith({}, ...args)

export const startWith = (environment: Environment, ...args: ReadonlyArray<string>) =>
  startEntry(script, environment, args)

/** Starts a server through one of the entries. */
export const startEntry = (
  entry: string,
  environment: Environment,
  args: ReadonlyArray<string>
): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { child, ended, stdout } = yield* process_([conditions, entry, ...args], ".", environment)
    const greeting = yield* Effect.callback<string>((resume) => {
      const look = () => {
        if (stdout().includes("Ctrl+C")) resume(Effect.succeed(stdout()))
      }
      child.stdout!.on("data", look)
      void ended.then(({ stderr }) => resume(Effect.die(new Error(`It did not start: ${stderr}`))))
      look()
    })
    return {
      greeting,
      baseUrl: /http:\S+/.exec(greeting)![0],
      end: (signal) =>
        Effect.promise(() => {
          child.kill(signal)
          return ended
        })
    }
  })

interface Observed extends Ended {
  /** The command lines of the process and of its children, as a list of processes shows them. */
  readonly commandLines: string
}

/** Runs `effect-audian` to its end with a text on stdin, and observes its entry in the list of processes. */
export const observe = (
  args: ReadonlyArray<string>,
  environment: Environment,
  stdin: string
): Effect.Effect<Observed> =>
  Effect.callback<Observed>((resume) => {
    const child = spawn(process.execPath, [conditions, main, ...args], {
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "pipe"]
    })
    const out = { stdout: "", stderr: "" }
    const commandLines = new Set<string>()
    const look = () => {
      const { status, stdout } = spawnSync(
        "ps",
        ["-o", "args=", "--pid", String(child.pid), "--ppid", String(child.pid)],
        {
          encoding: "utf8"
        }
      )
      if (status === 0) commandLines.add(stdout)
    }
    child.stdout.on("data", (chunk: Buffer) => {
      look()
      out.stdout += chunk.toString()
      if (out.stdout.includes("Ctrl+C")) child.kill("SIGINT")
    })
    child.stderr.on("data", (chunk: Buffer) => (out.stderr += chunk.toString()))
    child.stdin.end(stdin)
    look()
    child.once("close", (code) => resume(Effect.succeed({ code, ...out, commandLines: [...commandLines].join("") })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

type Answers = ReadonlyArray<readonly [shown: string, typed: string]>

/** Runs `effect-audian` in a terminal of its own, and types a reply whenever its prompt is shown. */
export const inTerminal = (args: ReadonlyArray<string>, environment: Environment, answers: Answers) =>
  programInTerminal([process.execPath, conditions, main, ...args], environment, answers)

/** Runs a program in a terminal of its own. */
export const programInTerminal = (
  words: ReadonlyArray<string>,
  environment: Environment,
  answers: Answers,
  cwd = "."
): Effect.Effect<Ended> =>
  Effect.callback<Ended>((resume) => {
    // `exec`, and a shell that is on every machine: a shell that waits for the program would end with its own code on Ctrl+C.
    const command = `exec ${words.map((word) => `'${word}'`).join(" ")}`
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd,
      env: { ...process.env, ...environment, SHELL: "/bin/sh", TERM: "xterm", COLUMNS: "120" },
      stdio: ["pipe", "pipe", "pipe"]
    })
    const rest = [...answers]
    let stdout = ""
    let seen = 0
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString()
      const next = rest[0]
      if (next === undefined || !stdout.slice(seen).includes(next[0])) return
      rest.shift()
      seen = stdout.length
      child.stdin.write(next[1])
    })
    child.once("close", (code) => resume(Effect.succeed({ code, stdout, stderr: "" })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** True where a terminal can be made. */
export const hasTerminal = spawnSync("script", ["--version"]).status === 0

/** True where a program is installed. */
export const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0
