/** The page over a made journal: a switch too large to be drawn whole, and what moves through its time. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { browserMissing, startBrowser } from '../support/browser.js'
import { until } from '../support/until.js'
import { History } from '../support/history.js'
import { journalOf, ownDirectory } from '../support/recorded.js'
import { startServing } from '../support/serving.js'

if (browserMissing) {
  t.comment(`the page in a browser is not tested: ${browserMissing}`)
  t.pass('skipped', { skip: browserMissing })
  process.exit(0)
}

const [switches, tunnels] = [200, 300]

/** The world with one row more of each; a switch has MACs behind three tunnels. */
function largeWorld(): History {
  const world = History.furnished()
  const { database } = world
  const updates = database.edit(() => {
    const locators = Array.from({ length: tunnels }, (_, i) =>
      database.put('Physical_Locator', { dst_ip: `10.9.${i >> 8}.${i & 255}` }),
    )
    for (let i = 0; i < switches; i++) {
      const logical_switch = database.put('Logical_Switch', { name: `tenant-${i}`, tunnel_key: 1000 + i })
      for (let j = 0; j < 3; j++)
        database.put('Ucast_Macs_Remote', {
          MAC: `02:00:00:00:${i.toString(16).padStart(2, '0')}:0${j}`,
          logical_switch,
          locator: locators[(3 * i + j) % tunnels],
        })
    }
  })
  world.record({ type: 'VtepUpdated', isCatchUp: false, updates })
  for (let i = 0; i < 60; i++) world.do({ what: i % 3 === 2 ? 'deleteMac' : 'addMac', a: i, b: i, c: i })
  return world
}

// a second apart, so that there is time to zoom into
const entries = largeWorld().entries.map((entry) => ({
  ...entry,
  atMs: 1_700_000_000_000 + entry.seq * 1_000,
}))
const { url } = await startServing(t, journalOf(entries, ownDirectory(t)))
const browser = await startBrowser(t)

async function open(search = ''): Promise<Page> {
  for (const former of browser.pages().slice(1)) await former.close()
  const page = await browser.newPage()
  await page.goto(`${url}${search}`)
  await page.locator('.details h2').waitFor()
  return page
}

const sliderAt = async (page: Page): Promise<number> =>
  Number(await page.getByRole('slider').getAttribute('aria-valuenow'))

t.test(
  '200 switches and 300 tunnels are groups that lie beside each other; what is looked for is found',
  async (t) => {
    const page = await open('&stage=picture')
    await page.locator('.node.switch').first().waitFor()
    const counts = async () =>
      await Promise.all(['switch', 'remote'].map((kind) => page.locator(`.node.${kind}`).count()))
    const [drawnSwitches = 0, drawnRemotes = 0] = await counts()
    t.ok(drawnSwitches <= 20 && drawnRemotes <= 20, `${drawnSwitches} and ${drawnRemotes} boxes`)
    t.ok((await page.locator('.edge').count()) <= 60, 'no hairball')
    for (const text of await page.locator('.node.folded .title').allTextContents()) t.match(text, /^\d+ \w+/)
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 })
      // as long as it is laid out anew boxes may lie anywhere
      await until(`no box lies on another at ${width}`, async () => {
        const boxes = await page.locator('.node rect:first-child').evaluateAll((all) =>
          all.map((one) => {
            const { left, right, top, bottom } = (
              one as unknown as {
                getBoundingClientRect(): Record<'left' | 'right' | 'top' | 'bottom', number>
              }
            ).getBoundingClientRect()
            return { left, right, top, bottom }
          }),
        )
        const isClear = boxes.every((a, i) =>
          boxes
            .slice(i + 1)
            .every((b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top),
        )
        const height =
          Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top))
        return (
          boxes.length > 5 &&
          isClear &&
          height < 1_500 &&
          boxes.every(({ left, right }) => left >= 0 && right <= width)
        )
      })
    }
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.getByLabel('Find in the picture').fill('tenant-77')
    await page.getByRole('button', { name: /^Logical switch tenant-77,/ }).click()
    await page.locator('.narrowed', { hasText: 'tenant-77' }).waitFor()
    await until('only what belongs to it is left', async () => ((await counts())[1] ?? 0) === 3)
    await page.keyboard.press('Escape')
    await page.getByLabel('Find in the picture').fill('')
    await page.getByLabel('Group', { exact: true }).selectOption('remote')
    await page
      .getByRole('button', { name: /^Group of .*mostly behind 10\.9\./ })
      .first()
      .click()
    await page.locator('.narrowed', { hasText: 'mostly behind' }).waitFor()
    await page
      .getByRole('button', { name: /^Logical switch tenant-/ })
      .first()
      .waitFor()
    t.pass('a group is opened by a click')
  },
)

t.test('page keys go by what is seen, and back', async (t) => {
  const page = await open()
  await page.getByRole('slider').focus()
  const last = await until('the end', async () => (await sliderAt(page)) === entries.length && entries.length)
  await page.keyboard.press('PageUp')
  const before = await until('a page up', async () => {
    const at = await sliderAt(page)
    return at < last - 1 && at
  })
  await page.keyboard.press('PageDown')
  await until('a page down', async () => (await sliderAt(page)) > before)
  t.pass('to and fro')
})

t.test('play goes on by itself until it is told to pause, or the end', async (t) => {
  const page = await open(`&at=${entries.length - 30}`)
  await until('there', async () => (await sliderAt(page)) === entries.length - 30)
  await page.getByLabel('Speed').selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Play' }).click()
  await until('it goes on', async () => (await sliderAt(page)) > entries.length - 28)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Play' }).waitFor()
  await page.getByRole('button', { name: 'Play' }).focus()
  await page.locator('h1').first().click()
  await page.keyboard.press(' ')
  await until('it stops at the end', async () => {
    const isOver = (await page.getByRole('button', { name: 'Play' }).count()) === 1
    return isOver && (await sliderAt(page)) === entries.length
  })
  t.pass('to the end')
})

t.test('zoom: by buttons, by keys, and all again', async (t) => {
  const page = await open(`&at=${entries.length - 30}`)
  const labels = async (): Promise<string> =>
    (await page.locator('.timeline text').allTextContents()).join(' ')
  await until('it is drawn', async () => (await labels()) !== '')
  const all = await labels()
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await until('less of the time is seen', async () => (await labels()) !== all)
  const half = await labels()
  await page.keyboard.press('-')
  await until('more again', async () => (await labels()) !== half)
  await page.getByRole('button', { name: 'Show all of the time' }).click()
  await until('all', async () => (await labels()) === all)
  t.pass('in and out')
})
