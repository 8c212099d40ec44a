import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import type { Owner } from './ovs.js'
import { patienceMs } from './patience.js'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (file) => existsSync(file),
)

/** Why there can be no browser; false: there can. */
export const browserMissing =
  executablePath === undefined ? 'no chromium here (Debian package chromium)' : false

/** Calls home to nobody, and may run as root. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A headless browser with a profile of its own, both gone with the owner. */
export async function startBrowser(owner: Owner): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: flags,
    viewport: { width: 1280, height: 900 },
  })
  context.setDefaultTimeout(patienceMs)
  owner.teardown(async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  })
  return context
}
