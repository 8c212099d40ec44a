// Makes the programs of dist/ from their sources: one file for each program, thread and process of its own, and the
// parts that they share; and the page. No other module is needed to run them, but better-sqlite3.
import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const programs = [
  'bin/ovs-vtep.ts',
  'bin/vtep-diff.ts',
  'bin/vtep-replay.ts',
  'bin/replay/verify/verify-thread.ts',
  'bin/replay/serve/aside-thread.ts',
  'adapters/scratch/guardian.ts',
]
const page = [
  'bin/page/fleet.tsx',
  'bin/page/fleet.html',
  'bin/page/page.tsx',
  'bin/page/page.css',
  'bin/page/page.html',
  'bin/page/icon.svg',
]

// the parts of a build before have other names
for (const file of readdirSync('dist/bin', { withFileTypes: true }))
  if (/^part-.*\.js(\.map)?$/.test(file.name)) rmSync(`dist/bin/${file.name}`)

await build({
  entryPoints: programs,
  outbase: '.',
  outdir: 'dist',
  // shared parts stand in dist/bin, one below the top: adapters/built-file.ts counts on it
  splitting: true,
  chunkNames: 'bin/part-[hash]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  sourcemap: true,
  external: ['better-sqlite3'],
  alias: { rxjs: './node_modules/rxjs/dist/esm/index.js' },
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url)",
  },
  logLevel: 'warning',
})
for (const program of ['ovs-vtep', 'vtep-diff', 'vtep-replay']) chmodSync(`dist/bin/${program}.js`, 0o755)
await build({
  entryPoints: page,
  outdir: 'dist/bin/page',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.html': 'copy', '.svg': 'copy' },
  logLevel: 'warning',
})
