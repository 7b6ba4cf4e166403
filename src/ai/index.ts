/**
 * Tools for agents. A program that does not import this entry has none of it.
 *
 * @since 0.1.0
 */
export * as AudianToolkit from "./AudianToolkit.ts"
