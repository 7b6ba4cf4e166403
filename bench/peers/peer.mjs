// A contender of bench/peers.ts: another client, doing what this library does on the same server. Arguments: the name, the
// number of items, the URL. Each client is as its documentation sets it up, with its own retries and time limits.
const [name, items, baseURL] = process.argv.slice(2)
const url = new URL(baseURL)
const path = items === "1" ? "/v2/numbers/num_1/config" : `/v2/numbers?limit=${items}&status=active`
const key = "sk_live_5f2b8c1d9e4a7f3b6c0d8e2a1f5b9c3d"
const headers = { "x-auth-token": key }

const clients = {
  fetch: async () => async () => {
    const response = await fetch(baseURL + path, { headers })
    return { ...(await response.json()), statusCode: response.status }
  },
  "openapi-fetch": async () => {
    const { default: createClient } = await import("openapi-fetch")
    const client = createClient({ baseUrl: baseURL, headers })
    return () => client.GET(path)
  },
  ky: async () => {
    const { default: ky } = await import("ky")
    const client = ky.create({ headers })
    return () => client.get(baseURL + path).json()
  },
  axios: async () => {
    const { default: axios } = await import("axios")
    const { Agent } = await import("node:http")
    const client = axios.create({ baseURL, headers, httpAgent: new Agent({ keepAlive: true }) })
    return () => client.get(path)
  },
  telnyx: async () => {
    const { default: Telnyx } = await import("telnyx")
    const client = new Telnyx({ apiKey: key, baseURL })
    return () => client.get(path)
  },
  openai: async () => {
    const { default: OpenAI } = await import("openai")
    const client = new OpenAI({ apiKey: key, baseURL })
    return () => client.get(path)
  },
  stripe: async () => {
    const { default: Stripe } = await import("stripe")
    const client = new Stripe(key, { host: url.hostname, port: Number(url.port), protocol: "http", telemetry: false })
    return () => client.rawRequest("GET", path)
  },
  twilio: async () => {
    const { default: twilio } = await import("twilio")
    const client = twilio(`AC${"0".repeat(32)}`, key)
    return () => client.request({ method: "get", uri: baseURL + path })
  },
  octokit: async () => {
    const { Octokit } = await import("@octokit/core")
    const client = new Octokit({ auth: key, baseUrl: baseURL })
    return () => client.request(`GET ${path}`)
  },
  // A POST of its own protocol: the same items, in its format of attributes.
  "aws-sdk": async () => {
    const { DynamoDBClient, ScanCommand } = await import("@aws-sdk/client-dynamodb")
    const client = new DynamoDBClient({
      endpoint: `${baseURL}/aws?limit=${items}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "AKIA0000000000000000", secretAccessKey: key }
    })
    return () => client.send(new ScanCommand({ TableName: "numbers" }))
  }
}

const call = await clients[name]()

// As in ../runner.ts; and calls at once, of which some may fail.
process.on("message", async (message) => {
  if (typeof message === "number") {
    const before = process.cpuUsage()
    for (let i = 0; i < message; i++) await call()
    const { system, user } = process.cpuUsage(before)
    process.send((user + system) / message)
    return
  }
  const results = await Promise.allSettled(Array.from({ length: message.atOnce }, call))
  // Twilio and openapi-fetch resolve with any status.
  const succeeded = results.filter(
    ({ status, value }) => status === "fulfilled" && value?.error === undefined && !(value?.statusCode >= 400)
  )
  process.send(succeeded.length)
})
process.on("disconnect", () => process.exit())
process.send("ready")
