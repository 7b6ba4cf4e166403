// The side of a contender in bench/contest.ts: runs calls on demand, and answers with their CPU time.
export const serve = (run: (calls: number) => Promise<unknown>): void => {
  process.on("message", async (calls: number) => {
    const before = process.cpuUsage()
    await run(calls)
    const { system, user } = process.cpuUsage(before)
    process.send?.((user + system) / calls)
  })
  process.on("disconnect", () => process.exit())
  process.send?.("ready")
}
