#!/usr/bin/env node
/**
 * The entry of `effect-audian`.
 *
 * @internal
 */
import { start } from "./entry.ts"

start("effect-audian", ({ mainCommand }) => mainCommand())
