import { OutcomeUnknownError, TransactError } from './errors.js'
import { arrayOf, isJsonObject, type JsonObject, objectOf, textOf } from './wire-checks.js'

/** What an operation gave: `uuid` for insert, `count` for update, mutate and delete, `rows` for select, else {}. */
export type OperationResult = JsonObject
/** The results of a committed transaction, one for each operation. */
export type TransactResult = readonly OperationResult[]

/**
 * Reads the result of a transact of `operationCount` operations. A commit that failed as a whole (by a broken
 * reference, say) is an error behind the results of the operations. Throws TransactError.
 */
export function readTransactReply(result: unknown, operationCount: number): TransactResult {
  const results = arrayOf(result, 'reply to transact')
  results.forEach((member, index) => {
    if (!isJsonObject(member) || member['error'] === undefined) return
    const { error, details } = member
    const where = index < operationCount ? index : null
    throw new TransactError(where, textOf(error), textOf(details))
  })
  return results.map((member) => objectOf(member, 'result of an operation'))
}

/** `reply`, or an OutcomeUnknownError if it takes longer than `timeoutMs`; 0: it may take for ever. */
export async function replyWithin(timeoutMs: number, reply: Promise<unknown>): Promise<unknown> {
  if (timeoutMs === 0) return reply
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const expired = () => reject(new OutcomeUnknownError('transact', `no reply within ${timeoutMs} ms`))
    timer = setTimeout(expired, timeoutMs)
  })
  try {
    return await Promise.race([reply, late])
  } finally {
    clearTimeout(timer)
  }
}
