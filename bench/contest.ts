// Compares contenders, each in a process of its own, so that none changes what the compiler knows of another. They take
// turns. What counts is CPU time, user and system, of all threads of the process: garbage collection counts, waiting does
// not. Ratios are computed per round, so that changes in machine speed affect both sides equally.
import { type ChildProcess, fork } from "node:child_process"

export interface Contender {
  readonly name: string
  /** A module that runs as many calls as it is told, and responds with their CPU time a call in microseconds. */
  readonly file: URL
  readonly args: ReadonlyArray<string>
  /** A module that the process loads first. */
  readonly preload?: string
}

export interface Result {
  readonly name: string
  /** Median of the CPU time a call, in microseconds. */
  readonly micros: number
  /** Median of the ratios to the base, and the tenth and ninetieth percentile. */
  readonly ratio: (base: string) => readonly [median: number, low: number, high: number]
}

export const rounds = Number(process.env.BENCH_ROUNDS ?? 31)
const warmup = Number(process.env.BENCH_WARMUP ?? 6)

export const message = <A>(child: ChildProcess): Promise<A> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`${child.spawnargs.slice(-3).join(" ")} ended with ${code}`))
    child.once("exit", ended)
    child.once("message", (value) => {
      child.off("exit", ended)
      resolve(value as A)
    })
  })

const percentile = (values: ReadonlyArray<number>, p: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]!

export const median = (values: ReadonlyArray<number>): number => percentile(values, 0.5)

export const contest = async (
  contenders: ReadonlyArray<Contender>,
  calls: number
): Promise<ReadonlyMap<string, Result>> => {
  const runners: Array<{ readonly name: string; readonly child: ChildProcess; readonly samples: Array<number> }> = []
  for (const { args, file, name, preload } of contenders) {
    const execArgv = ["--conditions=effect-audian-source", ...(preload === undefined ? [] : [`--import=${preload}`])]
    const child = fork(file, args, { execArgv })
    await message(child)
    runners.push({ name, child, samples: [] })
  }
  for (let round = -warmup; round < rounds; round++) {
    // Another one goes first each time.
    const shift = (round + warmup) % runners.length
    for (const { child, samples } of [...runners.slice(shift), ...runners.slice(0, shift)]) {
      const answer = message<number>(child)
      child.send(calls)
      const micros = await answer
      if (round >= 0) samples.push(micros)
    }
  }
  for (const { child } of runners) child.disconnect()
  const byName = new Map(runners.map(({ name, samples }) => [name, samples]))
  return new Map(
    runners.map(({ name, samples }) => [
      name,
      {
        name,
        micros: median(samples),
        ratio: (base) => {
          const ratios = samples.map((value, i) => value / byName.get(base)![i]!)
          return [median(ratios), percentile(ratios, 0.1), percentile(ratios, 0.9)]
        }
      }
    ])
  )
}
