// The program in a worker, for wrangler.
import { run } from "./main.ts"

export default {
  fetch: async (request: Request): Promise<Response> =>
    new Response(await run(new URL(request.url).searchParams.get("baseUrl") ?? ""))
}
