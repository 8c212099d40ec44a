/**
 * `npm run pictures`: the pictures of `vtep-replay serve`, of the sample journal as Chromium shows it, written
 * beside this file. With a directory as argument all of them go there, those of a narrow window too.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { browserMissing, startBrowser } from '../support/browser.js'
import { createOwner } from '../support/owner.js'
import { startServing } from '../support/serving.js'
import { indexed } from './palette.js'

const shots = [
  { name: 'serve-light', colorScheme: 'light', width: 1560, height: 900, at: '&at=37' },
  {
    name: 'serve-dark',
    colorScheme: 'dark',
    width: 1560,
    height: 900,
    at: '&at=45&tab=why&about=02:00:00:00:0e:01',
  },
  { name: 'narrow-light', colorScheme: 'light', width: 390, height: 1400, at: '&at=37' },
  { name: 'narrow-dark', colorScheme: 'dark', width: 390, height: 1400, at: '&at=HEAD&tab=flows' },
] as const

if (browserMissing) throw new Error(browserMissing)
const [elsewhere] = process.argv.slice(2)
const directory = elsewhere ?? 'test/pictures'
mkdirSync(directory, { recursive: true })
const owner = createOwner()
try {
  const { url } = await startServing(owner, 'test/sample/incident.journal')
  const browser = await startBrowser(owner)
  for (const { name, colorScheme, width, height, at } of shots) {
    if (elsewhere === undefined && width < 1280) continue
    const page = await browser.newPage()
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(`${url}${at}`)
    await page
      .locator(width < 1280 ? '.change' : '.node')
      .first()
      .waitFor()
    await page
      .locator(at.includes('about') ? '.explanation' : '.details h2')
      .first()
      .waitFor()
    // the timeline is drawn when its own answer comes
    await page.waitForLoadState('domcontentloaded')
    writeFileSync(join(directory, `${name}.png`), indexed(await page.screenshot()))
    await page.close()
  }
} finally {
  await owner.end()
}
