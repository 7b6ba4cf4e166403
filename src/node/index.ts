/**
 * Modules that need Node.js and `@effect/platform-node`.
 *
 * @since 0.1.0
 */
export * as NodeAudian from "./NodeAudian.ts"
