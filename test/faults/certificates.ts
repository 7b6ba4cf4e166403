/**
 * Certificates for the servers of the suite, made by `openssl`: Node.js can read them, not make them.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

interface Certificate {
  readonly key: string
  readonly cert: string
}

export interface Certificates {
  /** For 127.0.0.1. */
  readonly trusted: Certificate
  /** For 127.0.0.1, untrusted. */
  readonly "self-signed": Certificate
  /** For another host name. */
  readonly "other-name": Certificate
}

/** The certificates, or the reason why they cannot be made. */
export const make = (): Certificates | string => {
  const folder = mkdtempSync(join(tmpdir(), "effect-audian-"))
  const one = (name: string): Certificate => {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")] as const
    const what = ["-subj", "/CN=effect-audian test", "-addext", `subjectAltName=${name}`, "-days", "2"]
    const how = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert]
    execFileSync("openssl", ["req", "-x509", ...how, ...what], { stdio: "pipe" })
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") }
  }
  try {
    return {
      trusted: one("IP:127.0.0.1"),
      "self-signed": one("IP:127.0.0.1"),
      "other-name": one("DNS:other.example")
    }
  } catch (error) {
    return `openssl is not available: ${String(error)}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
