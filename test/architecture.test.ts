import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Which layers and packages a layer may import; `node:` stands for all of Node's modules. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: ['lib', 'immer', 'rxjs'],
  adapters: [
    'lib',
    'adapters',
    'node:',
    'rxjs',
    'execa',
    'zod',
    'prom-client',
    'better-sqlite3',
    'adapters/sqlite.ts',
  ],
  journal: ['lib', 'journal', 'node:', 'adapters/sqlite.ts'],
  bin: ['lib', 'adapters', 'journal', 'bin', 'node:', 'rxjs', 'commander', 'zod', 'preact', 'preact/hooks'],
}

/** Names through which the core could reach the clock, chance, the process or the world. */
const impure =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|console\.|setTimeout|setInterval|fetch\()/

function sources(layer: string): string[] {
  return readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(root, layer, name))
}

/** The layer, package or `node:` that each import in a file names. */
function imports(file: string, text: string): string[] {
  const statements = text.matchAll(/^(?:import|export|\}) ?(?:[^'\n=]*? ?from )?'([^']+)'$/gm)
  const specifiers = [...statements].map(([, specifier = '']) => specifier)
  return specifiers.map((specifier) => {
    if (specifier.startsWith('node:')) return 'node:'
    if (!specifier.startsWith('.')) return specifier
    const path = relative(root, join(dirname(file), specifier))
    return path === 'adapters/sqlite.js' ? 'adapters/sqlite.ts' : (path.split('/')[0] ?? '')
  })
}

for (const [layer, layers] of Object.entries(allowed))
  t.test(`${layer} imports only ${layers.join(', ')}`, (t) => {
    const files = sources(layer)
    t.ok(files.length > 0, 'there are files to look at')
    for (const file of files) {
      const foreign = imports(file, readFileSync(file, 'utf8')).filter((name) => !layers.includes(name))
      t.strictSame(foreign, [], relative(root, file))
    }
    t.end()
  })

t.test('lib has no clock, chance, process or console', (t) => {
  for (const file of sources('lib')) {
    const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    t.equal(impure.exec(code)?.[0], undefined, relative(root, file))
  }
  t.end()
})

t.test('who starts a program says which environment it gets', (t) => {
  const starters = ['adapters', 'journal', 'bin'].flatMap(sources).filter((file) => {
    const text = readFileSync(file, 'utf8')
    return /^import (?!type).*from '(execa|node:child_process)'$/m.test(text)
  })
  t.ok(starters.length > 0, 'there are files to look at')
  for (const file of starters)
    t.match(readFileSync(file, 'utf8'), /\b(program|user)Environment\(/, relative(root, file))
  t.end()
})

t.test('one place says where the Open vSwitch is that tests run on', (t) => {
  const elsewhere = sources('test').filter((file) => !file.endsWith('support/installation.ts'))
  for (const file of elsewhere)
    t.notMatch(readFileSync(file, 'utf8'), /'\/usr\/(?:s?bin\/ov|share\/ov)/, relative(root, file))
  t.end()
})

t.test('what makes the page is for the page alone', (t) => {
  const elsewhere = sources('bin').filter((file) => !relative(root, file).startsWith('bin/page/'))
  for (const file of elsewhere) {
    const names = imports(file, readFileSync(file, 'utf8')).filter((name) => name.startsWith('preact'))
    t.strictSame(names, [], relative(root, file))
  }
  t.end()
})

/** Fields and actions of our flows. */
const ofFlows =
  /\b(reg\d|metadata|dl_dst|dl_src|dl_vlan|tun_\w+|in_port|vlan_tci)\b[\w\\(){}?:|]*=(?! )|resubmit|set_field|learn\\?\(/

/** What takes a text apart. */
const reading =
  /(^ *|[=(:,?&|] *|return )\/(?![/*])\S.*\/[gimsuy]*|RegExp\(|\.(includes|startsWith|endsWith|indexOf|split|match|matchAll)\(/

/** Who reads flows of others. */
const ofOthers = ['lib/redact/other-flows.ts', 'lib/plan/legacy.ts']

t.test('flows of ours are read in lib/pipeline only', (t) => {
  const elsewhere = ['lib', 'adapters', 'journal', 'bin']
    .flatMap(sources)
    .map((file) => relative(root, file))
    .filter((file) => !/^lib\/(pipeline|compare\/forms)\//.test(file) && !ofOthers.includes(file))
  for (const file of elsewhere) {
    const code = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^ *\/\/.*/gm, '')
    const lines = code.split('\n').filter((line) => ofFlows.test(line) && reading.test(line))
    t.strictSame(lines, [], file)
  }
  t.end()
})
