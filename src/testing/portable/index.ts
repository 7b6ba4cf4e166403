/**
 * `effect-audian/testing` for browsers, workers and their bundlers: the same names, without modules of Node.js.
 *
 * @internal
 */
export * as AudianTest from "../AudianTest.ts"
export * as Contract from "../Contract.ts"
export * as Deliveries from "../Deliveries.ts"
export * as Fault from "../Fault.ts"
export * as Requests from "../Requests.ts"
export * as Scenario from "../Scenario.ts"
export * as WebhookTest from "../WebhookTest.ts"
export * as EmbeddedAudian from "./EmbeddedAudian.ts"
