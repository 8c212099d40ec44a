import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Digest } from '../../lib/redact/pseudonyms.js'
import { TroubleError } from './trouble-error.js'

/** What pseudonyms are made with: under the secret in a file, or one of this run. Throws TroubleError. */
export function digestOf(file: string | undefined): Digest {
  const secret = file === undefined ? randomBytes(32) : secretIn(file)
  return (text) => createHmac('sha256', secret).update(text).digest('hex')
}

function secretIn(file: string): Buffer {
  let secret: Buffer
  try {
    secret = readFileSync(file)
  } catch (error) {
    throw new TroubleError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (secret.length < 8) throw new TroubleError(`${file}: a secret has 8 bytes at least`)
  return secret
}
