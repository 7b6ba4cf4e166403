/** Web Crypto without the platform's thread pool, so that a test under `TestClock` needs no real time. */
import { createCipheriv, createDecipheriv, createHash, randomFillSync } from "node:crypto"
import * as WebCrypto from "effect/crypto/WebCrypto"

export const crypto = WebCrypto.layer({
  getRandomValues: (bytes: Uint8Array) => randomFillSync(bytes),
  subtle: {
    digest: (_: unknown, data: Uint8Array) => Promise.resolve(bufferOf(createHash("sha256").update(data).digest())),
    importKey: (_: unknown, raw: Uint8Array) => Promise.resolve(Buffer.from(raw)),
    encrypt: ({ iv }: { readonly iv: Uint8Array }, key: Buffer, data: Uint8Array) => {
      const cipher = createCipheriv("aes-256-gcm", key, iv)
      return Promise.resolve(bufferOf(Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()])))
    },
    decrypt: ({ iv }: { readonly iv: Uint8Array }, key: Buffer, data: Uint8Array) => {
      const decipher = createDecipheriv("aes-256-gcm", key, iv)
      decipher.setAuthTag(data.subarray(-16))
      const plain = decipher.update(data.subarray(0, -16))
      try {
        return Promise.resolve(bufferOf(Buffer.concat([plain, decipher.final()])))
      } catch {
        return Promise.reject(new DOMException("The tag does not match", "OperationError"))
      }
    }
  }
} as unknown as Crypto)

const bufferOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer
