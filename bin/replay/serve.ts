import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Command } from 'commander'
import { builtFile } from '../../adapters/built-file.js'
import { hasCode } from '../../adapters/error-code.js'
import { openInBrowser } from '../../adapters/web/browser.js'
import { servedFiles } from '../../adapters/web/files.js'
import { Guard } from '../../adapters/web/guard.js'
import { type Respond, startWebServer, type WebServer } from '../../adapters/web/server.js'
import { hostAndPort } from '../../lib/model/address.js'
import type { News } from '../../lib/screens/page/api.js'
import { oneLine } from '../../lib/words/one-line.js'
import { isHere, type ListenAddress, listenAddress } from '../command-line/listen-address.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { examples } from '../command-line/help.js'
import { journalNamed } from '../command-line/journal-at.js'
import { UsageError } from '../command-line/usage-error.js'
import { memberFiles, memberForms } from './fleet/member-files.js'
import { Answerer, json } from './serve/answers.js'
import { Exhibit } from './serve/exhibit.js'
import { FleetAnswerer, type FleetExhibit } from './serve/fleet-answers.js'
import type { Terminal } from '../command-line/terminal.js'

interface Options {
  readonly fleet?: readonly string[]
  readonly listen: string
  readonly expose: boolean
  readonly open: boolean
}

/** How often the journal is looked at for what is new. */
const lookEveryMs = 200
const pageFiles = ['fleet.html', 'fleet.js', 'page.html', 'page.css', 'page.js', 'icon.svg']

export function addServe(program: Command, terminal: () => Terminal): void {
  program
    .command('serve')
    .description('the time machine in a browser: timeline, picture and details of any moment, also live')
    .argument('[JOURNAL]')
    .option('--fleet <JOURNAL...>', `several switches on one axis of time: ${memberForms}`)
    .option('--listen <ADDRESS:PORT>', 'where to serve it; port 0: any that is free', '127.0.0.1:0')
    .option('--expose', 'allow an address that other machines reach', false)
    .option('--open', 'show it in the browser at once', false)
    .addHelpText(
      'after',
      examples(
        'vtep-replay serve br0 --open',
        'vtep-replay serve br0 --listen 127.0.0.1:8080',
        'vtep-replay serve --fleet root@gw1:br0 root@gw2:br0',
      ),
    )
    .action(async (name: string | undefined, { fleet, listen, expose, open }: Options) => {
      const out = terminal()
      const address = listenAddress('--listen', listen, { option: '--expose', isGiven: expose })
      const token = randomBytes(24).toString('base64url')
      const { exhibits, close } = await exhibited(name, fleet)
      try {
        const { server, stop } = await serve(exhibits, address, token)
        const url = `http://${hostAndPort(address.host, server.port)}/?token=${token}`
        if (out.isJson) out.json({ url })
        else out.line(url)
        if (!isHere(address.host) && !out.isJson)
          out.line(
            'Whoever has this address, or listens on the way, for it is not encrypted, can see every row, MAC and flow of the journal.',
          )
        out.flush()
        if (open) openInBrowser(url, (reason) => process.stderr.write(`vtep-replay: --open: ${reason}\n`))
        await interrupted()
        stop()
        server.close()
      } finally {
        for (const { exhibit } of exhibits) exhibit.close()
        close()
      }
    })
}

/** What is to be shown; one journal alone stands at the top. */
async function exhibited(
  name: string | undefined,
  fleet: readonly string[] | undefined,
): Promise<{ readonly exhibits: readonly FleetExhibit[]; readonly close: () => void }> {
  if ((name === undefined) === (fleet === undefined))
    throw new UsageError('serve: give either JOURNAL or --fleet with several')
  if (fleet === undefined) {
    const exhibit = new Exhibit(journalNamed(name ?? ''))
    return { exhibits: [{ name: '', base: '', exhibit }], close: () => undefined }
  }
  const { members, close } = await memberFiles(fleet)
  try {
    const exhibits = members.map(({ name, file }) => {
      return { name, base: `/${encodeURIComponent(name)}`, exhibit: new Exhibit(file) }
    })
    return { exhibits, close }
  } catch (error) {
    close()
    throw error
  }
}

async function serve(
  exhibits: readonly FleetExhibit[],
  address: ListenAddress,
  token: string,
): Promise<{ server: WebServer; stop: () => void }> {
  const answerers = new Map(exhibits.map(({ base, exhibit }) => [base, new Answerer(exhibit, token)]))
  const fleet = new FleetAnswerer(exhibits)
  const files = servedFiles(builtFile('bin/page'), pageFiles)
  for (const [path, page] of [
    ['/', '/fleet.html'],
    ...exhibits.map(({ base }) => [`${base}/`, '/page.html']),
  ]) {
    const file = files.get(page ?? '')
    if (path !== undefined && file !== undefined) files.set(path, file)
  }
  const respond: Respond = async (path, query, signal) => {
    if (path === '/api/fleet' && !answerers.has('')) return json(200, fleet.view(query.get('words') ?? ''))
    const [, base = '', question = path] = /^(.*)(\/api\/.*)$/s.exec(path) ?? []
    return (await answerers.get(base)?.reply(question, query, signal)) ?? null
  }
  try {
    const server = await startWebServer(address, new Guard(token, address.host), files, respond)
    const stops = exhibits.map((one) => keepLooking(one, server))
    return { server, stop: () => stops.forEach((stop) => stop()) }
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE'))
      throw new TroubleError(`--listen: port ${address.port} of ${address.host} is in use`)
    const isListening = error instanceof Error && 'syscall' in error
    if (isListening) throw new TroubleError(`--listen: ${error.message}`)
    throw error
  }
}

/** The timeline is read in small pieces, so that everything else is answered between them. */
function keepLooking({ base, exhibit }: FleetExhibit, server: WebServer): () => void {
  let isReading = false
  let isOver = false
  const read = async (): Promise<void> => {
    isReading = true
    while (!isOver && exhibit.readOn()) await turn()
    isReading = false
    if (!isOver) server.push(exhibit.news(), base)
  }
  let told = exhibit.news()
  const look = (): void => {
    const isNews = exhibit.look()
    const news = exhibit.news()
    for (const text of becomings(exhibit.file, told, news))
      process.stderr.write(`vtep-replay: ${oneLine(text)}\n`)
    told = news
    if (isNews) server.push(news, base)
    if (isNews && !isReading) void read()
  }
  void read()
  const timer = setInterval(look, lookEveryMs)
  return () => {
    isOver = true
    clearInterval(timer)
  }
}

/** What has become of the journal since it was looked at `before`, where that is no mere growth. */
function* becomings(file: string, before: News, { trouble, generation, first }: News): Generator<string> {
  if (trouble !== null && trouble !== before.trouble) yield `${trouble}; what was read before is shown`
  if (trouble === null && before.trouble !== null) yield `${file}: it can be read again`
  if (generation !== before.generation) yield `${file}: another journal is in its place, which is shown now`
  else if (before.first > 0 && first === 0) yield `${file}: all its entries were dropped`
  else if (before.first > 0 && first > before.first) yield `${file}: the entries before ${first} were dropped`
}

/** Until somebody ends it. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
