/**
 * The part of `vitest` that the tests use, for runtimes that Vitest does not run in. A bundle of the tests has it in the
 * place of `vitest`; `@effect/vitest` itself is in the bundle as it is.
 */
import { isBound } from "./bound.ts"

export { assert, expect } from "chai"

export interface TestResult {
  /** The file, its groups and the test. */
  readonly name: string
  readonly failure: string | undefined
  readonly skipped: boolean
}

interface Context {
  readonly signal: AbortSignal
  readonly task: object
  readonly onTestFinished: (run: () => unknown) => void
}

type Body = (context: Context) => unknown

interface Suite {
  readonly name: string
  readonly tasks: Array<Task>
  readonly before: Array<() => unknown>
  readonly after: Array<() => unknown>
  readonly skipped: boolean
}

interface Task {
  readonly type: "test" | "suite"
  readonly suite?: Suite
  readonly name: string
  readonly mode: "run" | "skip"
  readonly body?: Body
  readonly timeout: number
}

const defaultTimeout = 60_000

const suite = (name: string, skipped: boolean): Suite => ({ name, tasks: [], before: [], after: [], skipped })

const root = suite("", false)
let current = root

interface Options {
  readonly timeout?: number
}

const isFunction = (u: unknown): u is (...args: ReadonlyArray<unknown>) => unknown => typeof u === "function"

/** Fills a title as Vitest does: `%s`, and `$key` of an object. */
const titleOf = (title: string, value: unknown): string => {
  const args = Array.isArray(value) ? [...value] : [value]
  return title
    .replace(/%[sdifjo]/g, () => {
      const arg = args.shift()
      return typeof arg === "object" ? JSON.stringify(arg) : String(arg)
    })
    .replace(/\$([\w.]+)/g, (match, path: string) => {
      let found: unknown = Array.isArray(value) ? undefined : value
      for (const key of path.split(".")) found = (found as Record<string, unknown> | undefined)?.[key]
      return found === undefined ? match : typeof found === "object" ? JSON.stringify(found) : String(found)
    })
}

type Args = readonly [Body | Options | number | undefined, (Body | Options | number | undefined)?]

const bodyOf = (args: Args): Body => args.find(isFunction) as Body

const timeoutOf = (args: Args): number => {
  const option = args.find((arg) => arg !== undefined && !isFunction(arg)) as Options | number | undefined
  return (typeof option === "number" ? option : option?.timeout) ?? defaultTimeout
}

const makeTest = (skipped: boolean) =>
  Object.assign(
    (name: string, ...args: Args): void => {
      const mode = skipped || current.skipped ? "skip" : "run"
      current.tasks.push({ type: "test", name, mode, body: bodyOf(args), timeout: timeoutOf(args) })
    },
    {
      for:
        <A>(cases: ReadonlyArray<A>) =>
        (name: string, ...args: Args): void => {
          for (const value of cases) {
            const body = bodyOf(args) as unknown as (value: A, context: Context) => unknown
            const run: Body = (context) => body(value, context)
            makeTest(skipped)(titleOf(name, value), run, timeoutOf(args))
          }
        },
      each:
        <A>(cases: ReadonlyArray<A>) =>
        (name: string, ...args: Args): void => {
          for (const value of cases) {
            const body = bodyOf(args) as unknown as (...values: ReadonlyArray<unknown>) => unknown
            const run: Body = () => (Array.isArray(value) ? body(...value) : body(value))
            makeTest(skipped)(titleOf(name, value), run, timeoutOf(args))
          }
        }
    }
  )

export const it = Object.assign(makeTest(false), {
  skip: makeTest(true),
  skipIf: (condition: unknown) => makeTest(Boolean(condition)),
  runIf: (condition: unknown) => makeTest(!condition),
  only: makeTest(false),
  fails: makeTest(true)
})
export const test = it

const makeDescribe = (skipped: boolean) =>
  Object.assign(
    (name: string, ...args: ReadonlyArray<unknown>): void => {
      const outer = current
      const inner = suite(name, skipped || outer.skipped)
      outer.tasks.push({ type: "suite", name, suite: inner, mode: "run", timeout: 0 })
      current = inner
      try {
        args.find(isFunction)?.()
      } finally {
        current = outer
      }
    },
    {
      each:
        <A>(cases: ReadonlyArray<A>) =>
        (name: string, body: (...values: ReadonlyArray<unknown>) => void): void => {
          for (const value of cases) {
            makeDescribe(skipped)(titleOf(name, value), () => (Array.isArray(value) ? body(...value) : body(value)))
          }
        }
    }
  )

// Tests of a group run one after the other.
export const describe = Object.assign(makeDescribe(false), {
  skip: makeDescribe(true),
  skipIf: (condition: unknown) => makeDescribe(Boolean(condition)),
  concurrent: makeDescribe(false)
})

export const beforeAll = (run: () => unknown): void => void current.before.push(run)
export const afterAll = (run: () => unknown): void => void current.after.push(run)
export const beforeEach = (): never => {
  throw new Error("beforeEach is not supported")
}
export const afterEach = beforeEach

export const TestRunner = { getCurrentSuite: () => current }

const globals = new Map<PropertyKey, PropertyDescriptor | undefined>()

export const vi = {
  stubGlobal: (name: string, value: unknown): void => {
    if (!globals.has(name)) globals.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true })
  },
  unstubAllGlobals: (): void => {
    for (const [name, descriptor] of globals) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name)
      else Object.defineProperty(globalThis, name, descriptor)
    }
    globals.clear()
  }
}

/** Registers the tests of a file: its module, which is evaluated now. */
export const file = async (name: string, load: () => Promise<unknown>): Promise<void> => {
  const inner = suite(name, false)
  root.tasks.push({ type: "suite", name, suite: inner, mode: "run", timeout: 0 })
  current = inner
  try {
    await load()
  } catch (error) {
    inner.tasks.push({
      type: "test",
      name: "the file is evaluated",
      mode: "run",
      body: () => Promise.reject(error),
      timeout: defaultTimeout
    })
  } finally {
    current = root
  }
}

const messageOf = (error: unknown): string => {
  const text = error instanceof Error ? (error.message === "" ? error.name : error.message) : String(error)
  return text.slice(0, 600)
}

const failureOf = async ({ body, timeout }: Task): Promise<string | undefined> => {
  const controller = new AbortController()
  const finished: Array<() => unknown> = []
  const context: Context = { signal: controller.signal, task: {}, onTestFinished: (run) => void finished.push(run) }
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await Promise.race([
      Promise.resolve().then(() => body?.(context)),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`it takes more than ${timeout} ms`)), timeout)
      })
    ])
    return undefined
  } catch (error) {
    return messageOf(error)
  } finally {
    clearTimeout(timer)
    controller.abort()
    for (const run of finished) await run()
  }
}

/** A test that fails is run again: some count turns of the event loop, and a busy machine may need more of them. */
const finalFailureOf = async (task: Task): Promise<string | undefined> => {
  const failure = await failureOf(task)
  return failure === undefined || isBound(failure) ? failure : failureOf(task)
}

const runSuite = async (self: Suite, path: string, results: Array<TestResult>): Promise<void> => {
  const failed: Array<string> = []
  const hooks = async (run: ReadonlyArray<() => unknown>): Promise<void> => {
    for (const hook of run) {
      try {
        await hook()
      } catch (error) {
        failed.push(messageOf(error))
      }
    }
  }
  await hooks(self.before)
  for (const task of self.tasks) {
    const name = path === "" ? task.name : `${path} > ${task.name}`
    if (task.suite !== undefined) await runSuite(task.suite, name, results)
    else if (task.mode === "skip") results.push({ name, skipped: true, failure: undefined })
    else results.push({ name, skipped: false, failure: failed[0] ?? (await finalFailureOf(task)) })
  }
  await hooks(self.after)
  if (failed.length > 0) results.push({ name: `${path} > hooks`, skipped: false, failure: failed[0] })
}

/** Runs all registered tests, one after the other. */
export const runAll = async (): Promise<ReadonlyArray<TestResult>> => {
  const results: Array<TestResult> = []
  await runSuite(root, "", results)
  return results
}
