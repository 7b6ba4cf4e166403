// The side of a contender in bench/contest.ts: runs calls on demand, and answers with their CPU time.
export const serve = (run: (calls: number) => Promise<unknown>, atOnce?: (calls: number) => Promise<number>): void => {
  process.on("message", async (message: number | { readonly atOnce: number }) => {
    // Calls at once: how many of them succeeded.
    if (typeof message !== "number") {
      process.send?.(await atOnce?.(message.atOnce))
      return
    }
    const calls = message
    const before = process.cpuUsage()
    await run(calls)
    const { system, user } = process.cpuUsage(before)
    process.send?.((user + system) / calls)
  })
  process.on("disconnect", () => process.exit())
  process.send?.("ready")
}
