/**
 * Modules that need Node.js and `@effect/platform-node`.
 *
 * @since 0.2.0
 */
export * as NodeAudian from "./NodeAudian.ts"
