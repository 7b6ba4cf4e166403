#!/usr/bin/env node
/**
 * The entry of `effect-audian-embedded`, which is `effect-audian serve`.
 *
 * @internal
 */
import { start } from "./entry.ts"

start("effect-audian-embedded", ({ mainEmbedded }) => mainEmbedded())
