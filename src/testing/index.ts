/**
 * Tools for tests: typed stubs, the embedded server with its faults and log, contract checks, signed webhooks.
 *
 * @since 0.1.0
 */
export * as AudianTest from "./AudianTest.ts"
export * as Contract from "./Contract.ts"
export * as Deliveries from "./Deliveries.ts"
export * as EmbeddedAudian from "./EmbeddedAudian.ts"
export * as Fault from "./Fault.ts"
export * as Requests from "./Requests.ts"
export * as Scenario from "./Scenario.ts"
export * as WebhookTest from "./WebhookTest.ts"
