import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { browserMissing, startBrowser } from '../support/browser.js'
import { startController } from '../support/controller.js'
import { until } from '../support/until.js'
import { startSandbox } from '../support/sandbox.js'
import { startServing } from '../support/serving.js'
import { usualUnderlay, writeUsualNetwork } from '../support/usual-network.js'

if (browserMissing) {
  t.comment(`the page in a browser is not tested: ${browserMissing}`)
  t.pass('skipped', { skip: browserMissing })
  process.exit(0)
}

const sandbox = await startSandbox(t, usualUnderlay)
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startController(sandbox)
await writeUsualNetwork(controller, '02:00:00:00:0e:01')
const journal = join(sandbox.directory, 'vtep', 'br0.journal')
const { url, origin } = await startServing(t, journal)
const browser = await startBrowser(t)
const said: string[] = []
const elsewhere: string[] = []
browser.on('console', (message) => {
  if (message.type() === 'error' || message.type() === 'warning') said.push(message.text())
})
browser.on('weberror', (error) => said.push(String(error.error())))
browser.on('request', (request) => {
  if (!request.url().startsWith(origin)) elsewhere.push(request.url())
})

/** One at a time: each follows the journal over a connection of its own, and a browser has few for one server. */
async function open(search = ''): Promise<Page> {
  for (const former of browser.pages().slice(1)) await former.close()
  const page = await browser.newPage()
  await page.goto(`${url}${search}`)
  await page.locator('.details h2').waitFor()
  return page
}

/** Waits until slider and details agree on an entry that is wanted, and gives its number. */
async function entryShown(page: Page, isWanted: (seq: number) => boolean): Promise<number> {
  return await until('the entry is shown', async () => {
    const seq = Number(await page.getByRole('slider').getAttribute('aria-valuenow'))
    const title = (await page.locator('.details h2').textContent()) ?? ''
    return title.startsWith(`Entry ${seq} `) && isWanted(seq) && seq
  })
}

t.test('without its token nobody sees anything; the token does not stay in the address', async (t) => {
  for (const path of ['/', '/api/overview', '/page.js', '/?token=wrong'])
    t.equal((await fetch(`${origin}${path}`)).status, 403, path)
  const page = await open()
  t.notMatch(page.url(), /token/)
  const headers = {
    cookie: (await browser.cookies()).map(({ name, value }) => `${name}=${value}`).join('; '),
  }
  t.equal((await fetch(`${origin}/api/overview`, { headers })).status, 200)
  const foreign = await fetch(`${origin}/api/overview`, {
    headers: { ...headers, origin: 'http://evil.example' },
  })
  t.equal(foreign.status, 403, 'another origin')
  t.equal((await fetch(`${origin}/api/overview`, { method: 'POST', headers })).status, 405)
  const answer = await fetch(`${origin}/api/entry?at=99999`, { headers })
  t.equal(answer.status, 409)
  t.match(await answer.json(), { error: /entries 1 to \d+ are recorded/ })
  const mistyped = await fetch(`${origin}/api/changes?words=(drift`, { headers })
  t.match(await mistyped.json(), { total: 0, mistake: /^predicate "\(drift": at character/ })
  const refused = await fetch(`${origin}/api/bisect?at=1&to=2&bad=drift`, { headers })
  t.equal(refused.status, 409)
  t.match(await refused.json(), { error: /is asked of an entry, and here the state is asked/ })
})

t.test('seek by keyboard and mouse; what an entry changed is lit; the address says where', async (t) => {
  const page = await open()
  const last = await entryShown(page, (seq) => seq > 5)
  await page.getByRole('slider').focus()
  await page.keyboard.press('Home')
  t.equal(await entryShown(page, (seq) => seq === 1), 1)
  await page.keyboard.press('ArrowRight')
  t.equal(await entryShown(page, (seq) => seq === 2), 2)
  await page.waitForURL(/at=2/)
  await page.keyboard.press('End')
  t.equal(await entryShown(page, (seq) => seq >= last), last)
  await page.keyboard.press('/')
  await page.keyboard.type('02:00:00:00:0e:01')
  await page.keyboard.press('Shift+Enter')
  await page
    .locator('.change[aria-current]', { hasText: 'ls0: 02:00:00:00:0e:01 placed at 10.2.2.3' })
    .waitFor()
  await page.getByRole('button', { name: 'Picture', exact: true }).click()
  await page.locator('.node.switch.lit', { hasText: 'ls0' }).waitFor()
  await page.locator('.node.remote.lit', { hasText: '10.2.2.3' }).waitFor()
  await page.getByRole('tab', { name: 'Change' }).click()
  await page.locator('table.row', { hasText: '02:00:00:00:0e:01' }).first().waitFor()
  const box = await page.getByRole('slider').boundingBox()
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 12, (box?.y ?? 0) + 30)
  t.ok((await entryShown(page, (seq) => seq > last - 10)) > 0, 'the right end is the end')
})

t.test('explain, in the lines of the terminal tool; narrowing by click', async (t) => {
  const page = await open('&tab=flows&stage=picture')
  await page.getByLabel('Filter', { exact: true }).fill('02:00:00:00:0e:01')
  await page.getByText('1 flow', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Why:/ }).click()
  const explanation = page.locator('.explanation').first()
  await explanation.waitFor()
  const text = (await explanation.textContent()) ?? ''
  for (const part of ['frames go to 02:00:00:00:0e:01 in ls0', 'Ucast_Macs_Remote', 'ovs-ofctl'])
    t.ok(text.includes(part), part)
  await page.getByRole('button', { name: /^Remote VTEP 10.2.2.3/ }).press('Enter')
  await page.waitForURL(/focus=remote/)
  await page.locator('.narrowed', { hasText: '10.2.2.3' }).waitFor()
  const other = page.getByRole('button', { name: /^Remote VTEP 10\.2\.2\.2,/ })
  await until('the others are left out', async () => (await other.count()) === 0)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Remote VTEP 10\.2\.2\.2,/ }).waitFor()
})

t.test('a deep link shows the same: position, pin, difference; out of range is said', async (t) => {
  const page = await open('&at=HEAD&pin=1&tab=difference')
  await page.getByRole('heading', { name: /Flows that are wanted/ }).waitFor()
  t.match(await page.locator('.difference').nth(1).textContent(), /frames go to /, 'in words')
  t.ok((await page.locator('.difference table.row').count()) > 0, 'and columns')
  const lost = await browser.newPage()
  await lost.goto(`${url}&at=99999`)
  await lost.getByRole('alert').getByText('are recorded').waitFor()
  await lost.locator('.details h2').waitFor()
  t.pass('and goes on at the end')
})

t.test('what is recorded now appears by itself', async (t) => {
  const page = await open()
  await controller.write('add-ls live-one')
  await page.locator('.change', { hasText: 'logical switch live-one created' }).waitFor()
  await page.getByRole('button', { name: 'Picture', exact: true }).click()
  await page.locator('.node.switch', { hasText: 'live-one' }).waitFor()
  t.match(await page.locator('.live').textContent(), /live/)
})

t.test('downloads', async (t) => {
  const page = await open()
  for (const [name, content] of [
    ['shell script', /ovs-vsctl .*add-br br0/],
    [/^bundle/, /"bundle":1/],
  ] as const) {
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name }).click()
    const file = await (await downloading).path()
    t.match(readFileSync(file, 'utf8'), content)
  }
})

t.test('nothing is cut off at 1280 and 390 pixels, and axe finds nothing, in light and dark', async (t) => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const page = await open()
  for (const width of [1280, 390])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      t.ok(Number(overflow) <= 0, `no scrolling sideways at ${width}`)
      const tabs =
        colorScheme === 'dark'
          ? ['Change']
          : width === 1280
            ? ['Change', 'Subject', 'Flows', 'MACs', 'Difference', 'Status']
            : ['Change', 'Flows']
      for (const tab of tabs) {
        await page.getByRole('tab', { name: tab }).click()
        await page.locator(`[role=tab][aria-selected=true]`, { hasText: tab }).waitFor()
        if (tab === 'Flows') await page.locator('.flows li').first().waitFor()
        const beyond = await page.evaluate(
          'Math.max(0, ...[...document.querySelectorAll(".details p")].map((one) => one.getBoundingClientRect().right)) - innerWidth',
        )
        t.ok(Number(beyond) <= 0, `${width} ${colorScheme} ${tab}: no line goes on beyond the edge`)
        await page.getByRole('button', { name: tab === 'Flows' ? 'Picture' : 'Changes', exact: true }).click()
        if (tab === 'Subject') await page.keyboard.press('?')
        await page.evaluate(axe)
        const { violations } = await page.evaluate<{
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
        }>('axe.run()')
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
        )
        t.strictSame(found, [], `${width} ${colorScheme} ${tab}`)
        if (tab === 'Subject') await page.keyboard.press('Escape')
      }
    }
})

t.test('no error in the console, no request to anywhere else', async (t) => {
  t.strictSame(
    said.filter((text) => !text.includes('409')),
    [],
  )
  t.strictSame(elsewhere, [])
})
