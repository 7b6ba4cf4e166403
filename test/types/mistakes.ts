/**
 * Typical mistakes. The errors of two compilers are in `errors`.
 */
export const mistakes: ReadonlyArray<{ readonly title: string; readonly code: string }> = [
  { title: "a forgotten layer", code: "Effect.runPromise(Numbers.list())" },
  {
    title: "a layer without its HttpClient",
    code: 'Effect.runPromise(Numbers.list().pipe(Effect.provide(Audian.layer({ apiKey: "key" }))))'
  },
  { title: "a missing field", code: 'Numbers.purchase({ friendly_name: "Support" })' },
  {
    title: "a plain string for a phone number",
    code: 'const number: string = "415 555 1234"\nNumbers.purchase({ number })'
  },
  { title: "a plain string for a file", code: 'Fax.send({ to: "+14155551234", file: "offer.pdf" })' },
  {
    title: "an unknown tag",
    code: 'Numbers.list().pipe(Effect.catchTag("NotFund", () => Effect.void))'
  },
  {
    title: "an unknown tag among several",
    code: "Numbers.list().pipe(Effect.catchTags({ NotFund: () => Effect.void }))"
  },
  {
    title: "a match that is not exhaustive",
    code: "Effect.mapError(Numbers.list(), Match.valueTags({ NotFound: () => 404, Conflict: () => 409 }))"
  },
  {
    title: "a wrong literal near a right one",
    code: 'Operation.makeIn({ resource: "Tags", family: "flatt" })'
  },
  {
    title: "a wrong value of an input near a right one",
    code: 'Calls.transfer({ call_id: "c", destination: "+14155551234", transfer_type: "atended" })'
  },
  {
    title: "a wrong event of a webhook near a right one",
    code: 'Webhooks.create({ url: "https://example.com/hooks", events: ["call.complted"] })'
  },
  {
    title: "a wrong priority",
    code: 'Numbers.list().pipe(RateLimit.withPriority("urgent"))'
  },
  { title: "a comparison with a wrong tag", code: 'Effect.mapError(Numbers.list(), ({ _tag }) => _tag === "NotFund")' },
  { title: "a wrong literal", code: 'Audian.withTimeout(Numbers.list(), { total: "1 minuet" })' },
  { title: "an unknown field", code: "Numbers.list({ limt: 10 })" },
  { title: "a layer without a credential", code: "Audian.layer({})" },
  { title: "a layer on fetch without a credential", code: "Audian.layerFetch({})" },
  { title: "a layer with options and no credential", code: 'Audian.layerFetch({ baseUrl: "http://localhost:8080" })' },
  { title: "a misspelt credential", code: 'Audian.layer({ apikey: "key" })' },
  { title: "an unknown option", code: 'Audian.layer({ apiKey: "key", retries: Retry.none })' },
  { title: "a string for credentials", code: 'Numbers.list().pipe(Audian.withCredentials("sk_live_1"))' },
  {
    title: "a cache of an unsafe operation",
    code: 'Cached.make(Numbers.purchase, { timeToLive: "1 minute", capacity: 100 })'
  },
  {
    title: "null where nothing can be cleared",
    code: 'Numbers.purchase({ number: "+14155551234", friendly_name: null })'
  },
  { title: "the input of another list", code: "Numbers.list.pages({ page_size: 10 })" },
  { title: "a stream run as an effect", code: "Effect.runPromise(Numbers.list.items())" },
  {
    title: "an await of an effect",
    code: "export const first = async () => (await Numbers.list()).numbers[0]"
  },
  { title: "an operation that is not called", code: "Effect.gen(function* () { return yield* Numbers.list })" },
  { title: "a misspelt field of a result", code: "Effect.map(Numbers.list(), (page) => page.numbrs)" },
  { title: "a number for a policy", code: 'Audian.layer({ apiKey: "key", retry: 3 })' },
  {
    title: "the credential of a tenant without a client",
    code: 'Effect.runPromise(Numbers.list().pipe(Effect.provide(Audian.layerTenant({ apiKey: "key" }))))'
  }
]
