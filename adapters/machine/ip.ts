import { execa } from 'execa'
import type * as z from 'zod'
import { programEnvironment } from '../environment.js'

/** What ip(8) says as JSON, where it is what `form` says; undefined: it is not, or it says nothing. */
export async function askIp<T>(form: z.ZodType<T>, ...words: readonly string[]): Promise<T | undefined> {
  const { stdout } = await execa('ip', ['-json', ...words], {
    reject: false,
    env: programEnvironment(),
    extendEnv: false,
  })
  return stdout.trim() === '' ? undefined : form.safeParse(JSON.parse(stdout)).data
}
