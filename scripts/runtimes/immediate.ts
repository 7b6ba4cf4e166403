/**
 * `setImmediate` for runtimes without it. It is evaluated before Effect, whose scheduler takes it too: what the tests and
 * the scheduler plan then runs in order.
 */
const platform = globalThis as unknown as {
  setImmediate:
    | ((run: (...args: ReadonlyArray<unknown>) => void, ...args: ReadonlyArray<unknown>) => unknown)
    | undefined
  clearImmediate: (immediate: { run: (() => void) | undefined }) => void
}

if (platform.setImmediate === undefined) {
  if (typeof document === "undefined") {
    platform.setImmediate = (run, ...args) => setTimeout(run, 0, ...args)
    platform.clearImmediate = clearTimeout as never
  } else {
    // Browsers delay nested timers by four milliseconds, but not messages. Firefox needs more turns to read a response.
    const turns = /Firefox/.test(navigator.userAgent) ? 3 : 1
    const queue: Array<() => void> = []
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => queue.shift()?.()
    const post = (run: () => void): void => {
      queue.push(run)
      port2.postMessage(null)
    }
    platform.setImmediate = (run, ...args) => {
      const immediate: { run: (() => void) | undefined } = { run: () => run(...args) }
      const wait = (turns: number): void => post(() => (turns > 1 ? wait(turns - 1) : immediate.run?.()))
      wait(turns)
      return immediate
    }
    platform.clearImmediate = (immediate) => {
      immediate.run = undefined
    }
  }
}
