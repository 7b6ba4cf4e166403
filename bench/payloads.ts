// The responses of the benchmark.
export const list = (items: number): string =>
  JSON.stringify({
    success: true,
    data: {
      numbers: Array.from({ length: items }, (_, i) => ({
        id: `num_${i}`,
        number: `+1415555${1000 + i}`,
        friendly_name: `Line ${i}`,
        status: "active",
        purchased_at: "2024-01-01T12:00:00Z",
        expires_at: "2025-01-01T12:00:00Z",
        billing: { monthly_cost: 0.99, next_charge: "2024-02-01T00:00:00Z" }
      })),
      total: items,
      limit: items,
      offset: 0
    }
  })

export const config = JSON.stringify({
  success: true,
  data: {
    id: "num_1",
    number: "+14155551000",
    friendly_name: "Line 1",
    call_forwarding: { enabled: true, forward_to: "+14155551001", when_unavailable: true, rings_before_forward: 4 },
    voicemail: { enabled: true, transcription: false, delete_after_days: 30 }
  }
})

export const notFound = JSON.stringify({
  success: false,
  error: { code: "not_found", message: "The number does not exist", request_id: "req_bench" }
})

/** The same items as attributes of DynamoDB. */
export const attributes = (items: number): string => {
  const { numbers } = JSON.parse(list(items)).data
  const Items = numbers.map(({ billing, ...texts }: Record<string, string> & { billing: Record<string, unknown> }) => ({
    ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
    billing: {
      M: { monthly_cost: { N: String(billing.monthly_cost) }, next_charge: { S: String(billing.next_charge) } }
    }
  }))
  return JSON.stringify({ Count: items, ScannedCount: items, Items })
}

export const headers = {
  "content-type": "application/json",
  "x-request-id": "req_bench",
  "x-ratelimit-limit": "1000",
  "x-ratelimit-remaining": "999",
  "x-ratelimit-reset": "1893456000"
}
