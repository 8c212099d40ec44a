/** The README's incident, as somebody finds it who has never seen the page: with few actions, by mouse and by keyboard. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { browserMissing, startBrowser } from '../support/browser.js'
import { until } from '../support/until.js'
import { startServing } from '../support/serving.js'

if (browserMissing) {
  t.comment(`the page in a browser is not tested: ${browserMissing}`)
  t.pass('skipped', { skip: browserMissing })
  process.exit(0)
}

const { url } = await startServing(t, 'test/sample/incident.journal')
const browser = await startBrowser(t)

async function open(search = ''): Promise<Page> {
  for (const former of browser.pages().slice(1)) await former.close()
  const page = await browser.newPage()
  await page.goto(`${url}${search}`)
  await page.locator('.change').first().waitFor()
  await page.locator('.details h2').waitFor()
  return page
}

/** All that must be seen for the incident to be explained: where the MAC went, when, by whom, and that it came back. */
async function isExplained(page: Page): Promise<void> {
  const strip = page.getByRole('region', {
    name: 'History of 02:00:00:00:0e:01 in office, placed by the controller',
  })
  await strip.waitFor()
  t.match(await strip.locator('.value').allTextContents(), ['10.2.2.2', '10.2.2.9', '10.2.2.2'])
  await page.locator('.causes', { hasText: 'moved 10.2.2.2 → 10.2.2.9' }).waitFor()
  await page.locator('.causes', { hasText: 'by the controller · 2 flows · 175 ms' }).waitFor()
  await page
    .locator('.explanation', { hasText: 'frames go to 02:00:00:00:0e:01 in office to VTEP' })
    .first()
    .waitFor()
}

t.test('it opens with what is noteworthy, and says truly that nobody writes it', async (t) => {
  const page = await open()
  const chips = page.locator('.summary li')
  t.match(await chips.allTextContents(), [
    /^1 fault from /,
    '0 failures',
    /^1 drift from /,
    '1 MAC moved, 2 times',
  ])
  t.match(await page.locator('.live').textContent(), /^stopped 2026-11-26 .*, entry 64$/)
  t.match(await page.locator('.details time').first().textContent(), / UTC/)
})

t.test('by keyboard: a key, the MAC, Enter', async (t) => {
  const page = await open()
  await page.keyboard.press('/')
  await page.keyboard.type('02:00:00:00:0e:01')
  await page.keyboard.press('Enter')
  await isExplained(page)
  t.equal(await page.getByText('3 of 16 changes').count(), 1)
  await until('all hits are marked', async () => (await page.locator('.timeline .hit').count()) === 3)
  await page.locator('.change[aria-current]', { hasText: 'placed at 10.2.2.2' }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.change[aria-current]', { hasText: 'moved 10.2.2.2 → 10.2.2.9' }).waitFor()
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Shift+Enter')
  await page.locator('.change[aria-current]', { hasText: 'moved 10.2.2.9 → 10.2.2.2' }).waitFor()
  t.pass('on from either end')
})

t.test('by mouse: what is noteworthy, the MAC', async () => {
  const page = await open()
  await page.getByRole('button', { name: '1 MAC moved, 2 times' }).click()
  await page.locator('.story').getByRole('button', { name: '02:00:00:00:0e:01' }).click()
  await isExplained(page)
})

t.test('what lasted says why, on hover and on focus, and leads to where it began', async (t) => {
  const page = await open()
  const fault = page.getByRole('button', { name: /^unspecified_fault at gw, .* for 817 ms$/ })
  await fault.hover()
  await page.locator('.tip', { hasText: 'unspecified_fault at gw' }).waitFor()
  await page.mouse.move(5, 5)
  await page.locator('.tip').waitFor({ state: 'detached' })
  await fault.focus()
  await page.locator('.tip', { hasText: 'unspecified_fault at gw' }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.details h2', { hasText: 'Entry 49' }).waitFor()
  const drift = await page.locator('.span.drift').boundingBox()
  t.ok((drift?.width ?? 0) > 20, 'a bar, not a mark')
})

t.test('without a cause: which plans would have been others', async (t) => {
  const page = await open('&at=37&tab=subject&about=02:00:00:00:0e:01')
  const cause = page.locator('.causes li', { hasText: 'moved 10.2.2.2 → 10.2.2.9' })
  await cause.getByRole('button', { name: 'what if not?' }).click()
  await cause.locator('.what-if', { hasText: 'would have been different' }).waitFor()
  t.match(await cause.locator('.what-if').textContent(), /entry 38: .*2 flows added.* → no plan/)
})

t.test('between two marks: what differs in words and columns, and where it turned', async (t) => {
  const page = await open('&at=42&pin=36&tab=difference')
  const pair = page
    .locator('.flow-pair', { hasText: 'frames go to 02:00:00:00:0e:01 in office to VTEP 10.2.2.9' })
    .first()
  await pair.waitFor()
  t.match(await pair.locator('del').textContent(), /to VTEP 10\.2\.2\.2$/)
  t.notMatch(await page.locator('.difference').first().textContent(), /[{}]|":/, 'no JSON')
  await page.getByLabel('First entry with').fill('mac:02:00:00:00:0e:01@10.2.2.9')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await page.getByText('It holds from entry 37 on').waitFor()
  await page.locator('.details h2', { hasText: 'Entry 37' }).waitFor()
})

t.test('states are asked for in the filter, too; a mistake is said in its place', async (t) => {
  const page = await open()
  await page.getByLabel('Filter changes').fill('fault')
  await page.getByText('2 of 16 changes', { exact: true }).waitFor()
  await page.getByLabel('Filter changes').fill('moved flows>40')
  await page.getByText('1 of 16 changes', { exact: true }).waitFor()
  await page.getByLabel('Filter changes').fill('moved and (')
  await page.locator('.outcome.bad', { hasText: 'at character' }).waitFor()
  await page.getByLabel('Filter changes').fill('nothing-like-this')
  await page.getByText('none of 16 changes').waitFor()
  t.pass('told while one types')
})

t.test('? shows keys and a legend, Escape takes them away', async (t) => {
  const page = await open()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('on the timeline', { exact: false }).first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  t.pass('and leaves the page as it was')
})
